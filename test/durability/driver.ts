// The load of the durability tests, and its ledger.
import {
  agree,
  clientToken,
  post,
  redeem,
  refresh,
  register,
  type Registered,
} from "../oauth/flow.ts";
import { createRestTransport } from "../clients/rest.ts";
import { type Api, apiOf, unique } from "../use-server.ts";

const PASSWORD = "correct horse battery";

/**
 * What was acknowledged: tokens that work, tokens that don't, users who are there and users who
 * aren't.
 */
export class Ledger {
  readonly alive = new Set<string>();
  readonly ended = new Set<string>();
  readonly users = new Set<string>();
  readonly deleted = new Set<string>();

  get size(): number {
    return this.alive.size + this.ended.size + this.users.size + this.deleted.size;
  }

  /** Does what ends the tokens: until it is acknowledged, what becomes of them is open. */
  async ending<T>(tokens: readonly string[], call: Promise<T>): Promise<T> {
    for (const token of tokens) this.alive.delete(token);
    const answer = await call;
    for (const token of tokens) this.ended.add(token);
    return answer;
  }

  /** What is here as it is there: when the others changed is unknown. */
  both(other: Ledger): Ledger {
    const [all, theirs] = [this.#sets(), other.#sets()];
    return Ledger.#of(all.map((set, index) => [...set].filter((item) => theirs[index]!.has(item))));
  }

  copy(): Ledger {
    return Ledger.#of(this.#sets().map((set) => [...set]));
  }

  #sets(): readonly Set<string>[] {
    return [this.alive, this.ended, this.users, this.deleted];
  }

  static #of(lists: readonly (readonly string[])[]): Ledger {
    const ledger = new Ledger();
    for (const [index, set] of ledger.#sets().entries())
      for (const item of lists[index]!) set.add(item);
    return ledger;
  }
}

/** A server as the driver calls it. */
export interface Target {
  readonly url: string;
  readonly client: Registered;
  readonly administrator: Api;
  /** Calls of a user; absent: plain HTTP to the URL. */
  as?(token?: string): Api;
}

/** A server by its URL, whose administrator has a new token. */
export const targetOf = async (url: string, client: Registered): Promise<Target> => ({
  url,
  client,
  administrator: apiOf(createRestTransport(url), await clientToken(url, client)),
});

export const asUser = (target: Target, token?: string): Api =>
  target.as?.(token) ?? apiOf(createRestTransport(target.url), token);

/** Tokens of an answer, or an error that ends the episode. */
function tokensOf({ status, json }: { status: number; json: Readonly<Record<string, unknown>> }): {
  access: string;
  refresh: string;
} {
  if (status !== 200) throw new Error(`HTTP ${status}: ${JSON.stringify(json)}`);
  return { access: String(json["access_token"]), refresh: String(json["refresh_token"]) };
}

export const signIn = (target: Target, email: string) =>
  asUser(target).users.signIn({ identifier: { case: "email", value: email }, password: PASSWORD });

/**
 * One user's story: registered, signed in, an agreement, tokens that are renewed, and maybe ended
 * one way or another.
 */
export async function playEpisode(
  target: Target,
  ledger: Ledger,
  app: Registered,
  end: number,
): Promise<void> {
  const email = `${unique()}@example.com`;
  const { user } = await target.administrator.users.createUser({ email, password: PASSWORD });
  ledger.users.add(email);
  const { accessToken: session } = await signIn(target, email);
  ledger.alive.add(session);
  const api = asUser(target, session);
  const first = tokensOf(await redeem(target.url, app, await agree(api, app)));
  ledger.alive.add(first.access).add(first.refresh);
  const second = await ledger.ending(
    [first.refresh],
    refresh(target.url, app, first.refresh).then(tokensOf),
  );
  ledger.alive.add(second.access).add(second.refresh);
  if (end === 1) await ledger.ending([session], api.users.signOut({}));
  if (end === 2)
    await ledger.ending(
      [first.access, second.access, second.refresh],
      post(target.url, "revoke", { token: second.refresh }, app).then(tokenless),
    );
  if (end === 3) {
    ledger.users.delete(email);
    await ledger.ending(
      [session, first.access, second.access, second.refresh],
      target.administrator.users.deleteUser({ userId: user!.id }),
    );
    ledger.deleted.add(email);
  }
}

const tokenless = ({ status }: { status: number }): void => {
  if (status !== 200) throw new Error(`HTTP ${status}`);
};

/** Plays one episode after another until the server is gone. */
export async function drive(target: Target, ledger: Ledger, isGone: () => boolean): Promise<void> {
  let app: Registered | undefined;
  for (let count = 0; !isGone(); count++) {
    try {
      app ??= await register(target.administrator);
      await playEpisode(target, ledger, app, count % 4);
    } catch (error) {
      // Cut off in the middle of something; what was answered before has been noted.
      if (!isGone()) throw error;
    }
  }
}
