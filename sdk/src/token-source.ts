/** A token as the server issues it. */
export interface IssuedToken {
  readonly accessToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

/** The share of its life after which a token is renewed. */
const RENEW_AFTER = 0.8;

/** One token for all callers: however many wait for it, it is asked for once. */
export class TokenSource {
  readonly #issue: () => Promise<IssuedToken>;
  #token:
    | { readonly accessToken: string; readonly renewAt: number; readonly expiresAt: number }
    | undefined;
  #pending: Promise<string> | undefined;

  constructor(issue: () => Promise<IssuedToken>) {
    this.#issue = issue;
  }

  /** The token, renewed well before it expires. */
  get(): Promise<string> {
    if (this.#token !== undefined && Date.now() < this.#token.renewAt)
      return Promise.resolve(this.#token.accessToken);
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  /** Forgets a token that the server has refused, unless it has been renewed since. */
  drop(accessToken: string): void {
    if (this.#token?.accessToken === accessToken) this.#token = undefined;
  }

  async #renew(): Promise<string> {
    const now = Date.now();
    try {
      const { accessToken, expiresIn } = await this.#issue();
      this.#token = {
        accessToken,
        renewAt: now + expiresIn * 1000 * RENEW_AFTER,
        expiresAt: now + expiresIn * 1000,
      };
      return accessToken;
    } catch (error) {
      // While the server is away, the old one does as long as it lives.
      if (this.#token !== undefined && Date.now() < this.#token.expiresAt)
        return this.#token.accessToken;
      throw error;
    }
  }
}
