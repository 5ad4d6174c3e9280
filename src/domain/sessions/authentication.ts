import type { Principal } from "../principal.ts";
import { anonymous } from "../principal.ts";
import { IdentityError } from "../errors.ts";
import type { AccessTokens } from "../oauth/tokens/access-tokens.ts";
import type { Sessions } from "./sessions.ts";
import { isOfOurs, PREFIX } from "../security/tokens.ts";

/** Three times the length of a JWT for the longest name and address. */
const MAX_TOKEN = 4096;

const invalid = (): IdentityError =>
  new IdentityError(
    "TOKEN_INVALID",
    "The token is unknown, expired, revoked, or meant for another API.",
  );

export class Authentication {
  readonly #sessions: Sessions;
  readonly #accessTokens: AccessTokens;

  constructor(sessions: Sessions, accessTokens: AccessTokens) {
    this.#sessions = sessions;
    this.#accessTokens = accessTokens;
  }

  /** Returns the caller who has this token. A token works only for the API it was issued for. */
  async callerOf(token: string, api: string): Promise<Principal> {
    if (token.length > MAX_TOKEN) throw invalid();
    const isAccess = token.startsWith(PREFIX.access);
    const session = isAccess ? undefined : await this.#sessions.find(token);
    if (session?.session.api === api) return { kind: "user", ...session };
    // A key that another server made begins as it likes.
    const found =
      isAccess || (session === undefined && !isOfOurs(token))
        ? await this.#accessTokens.find(token)
        : undefined;
    if (found?.token.api !== api) throw invalid();
    return found.user === undefined
      ? { kind: "client", token: found.token }
      : { kind: "delegate", user: found.user, token: found.token };
  }

  /**
   * Returns the caller of an Authorization header (RFC 6750 section 2.1); without one, anonymous.
   */
  async callerOfHeader(authorization: string | undefined, api: string): Promise<Principal> {
    if (authorization === undefined || authorization === "") return anonymous;
    const match =
      authorization.length > 2 * MAX_TOKEN
        ? null
        : /^bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization);
    if (match === null)
      throw new IdentityError(
        "TOKEN_INVALID",
        "The Authorization header is not `Bearer` and a token.",
      );
    return this.callerOf(match[1]!, api);
  }
}
