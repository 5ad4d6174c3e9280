import type { Principal } from "../principal.ts";
import { anonymous } from "../principal.ts";
import { IdentityError } from "../errors.ts";
import type { AccessTokens } from "../oauth/tokens/access-tokens.ts";
import type { Sessions } from "./sessions.ts";
import { isOfOurs, PREFIX } from "../security/tokens.ts";

/** Three times the length of a JWT for the longest name and address. */
const MAX_TOKEN = 4096;

const invalid = (
  message = "The token is unknown, expired, revoked, or meant for another API.",
): IdentityError => new IdentityError("TOKEN_INVALID", message);

/** Rejects a request that doesn't prove to have the key that its token is bound to. */
type Prove = (token: string, boundTo: string) => Promise<void>;

/** Returns the key that a caller's token is bound to, RFC 9449 section 6. */
const boundKeyOf = (caller: Principal): string | undefined =>
  caller.kind === "client" || caller.kind === "delegate" ? caller.token.terms?.dpopJkt : undefined;

export class Authentication {
  readonly #sessions: Sessions;
  readonly #accessTokens: AccessTokens;

  constructor(sessions: Sessions, accessTokens: AccessTokens) {
    this.#sessions = sessions;
    this.#accessTokens = accessTokens;
  }

  /**
   * Returns the caller who has this token. A token works only for the API it was issued for. One
   * that is bound to a key is not enough (RFC 9449 section 7.2).
   */
  async callerOf(token: string, api: string): Promise<Principal> {
    const caller = await this.#ownerOf(token, api);
    if (boundKeyOf(caller) !== undefined)
      throw invalid("The token is bound to a key. Send it as `DPoP`, with a proof (RFC 9449).");
    return caller;
  }

  /**
   * Returns the caller of an Authorization header (RFC 6750 section 2.1, RFC 9449 section 7.1);
   * without one, anonymous.
   */
  async callerOfHeader(
    authorization: string | undefined,
    api: string,
    prove: Prove,
  ): Promise<Principal> {
    if (authorization === undefined || authorization === "") return anonymous;
    const [, scheme = "", token = ""] =
      (authorization.length <= 2 * MAX_TOKEN &&
        /^(bearer|dpop) +([\x21-\x7e]{1,4096})$/i.exec(authorization)) ||
      [];
    if (token === "") throw invalid("The Authorization header is not `Bearer` and a token.");
    if (scheme.toLowerCase() === "bearer") return this.callerOf(token, api);
    const caller = await this.#ownerOf(token, api);
    const boundTo = boundKeyOf(caller);
    if (boundTo === undefined)
      throw invalid("The token is not bound to a key. Send it as `Bearer`.");
    await prove(token, boundTo);
    return caller;
  }

  async #ownerOf(token: string, api: string): Promise<Principal> {
    if (token.length > MAX_TOKEN) throw invalid();
    const isAccess = token.startsWith(PREFIX.access);
    const session = isAccess ? undefined : await this.#sessions.find(token);
    if (session?.session.api === api) return { kind: "user", ...session };
    // A key that another server made begins as it likes.
    const found =
      isAccess || (session === undefined && !isOfOurs(token))
        ? await this.#accessTokens.find(token)
        : undefined;
    // A token for a resource must not work here: the resource could use it (RFC 8707 section 3).
    if (found?.token.api !== api || found.token.terms?.audience !== undefined) throw invalid();
    return found.user === undefined
      ? { kind: "client", token: found.token }
      : { kind: "delegate", user: found.user, token: found.token };
  }
}
