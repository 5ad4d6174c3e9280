import type { Api } from "./api.ts";
import type {
  AuthorizationRequest,
  BegunAuthorization,
  PendingAuthorization,
  TokenExchange,
  Tokens,
} from "./authorization.ts";
import type { Limits } from "./calls.ts";
import type { DeviceRequest, PendingDevice } from "./device.ts";
import type { VerifyToken } from "./verification.ts";

/**
 * A client of the server. Its own calls carry the client's own token, which is got and renewed by
 * itself.
 *
 * @example
 * ```ts
 * import type { Latchkey } from "@latchkey/sdk";
 *
 * const count = async ({ users }: Latchkey) =>
 *   (await users.listUsers({ email: "ADA@example.com" })).users.length;
 * console.log(await count(latchkey)); // 1
 * ```
 */
export interface Latchkey extends Api {
  /**
   * Returns the same calls with another token. With the option `dpop` a text counts as a token that
   * is bound to the key; give a session's token as `{ accessToken, tokenType: "Bearer" }`.
   *
   * @example
   * ```ts
   * const { sessions } = await latchkey.as(accessToken).users.listSessions({ userId: "me" });
   * console.log(sessions.some(({ current }) => current)); // true
   * ```
   */
  as(token: string | Pick<Tokens, "accessToken" | "tokenType">): Api;
  /**
   * Returns the client's own token, for other kinds of calls.
   *
   * @example
   * ```ts
   * const headers = { authorization: `Bearer ${await latchkey.token()}` };
   * console.log(headers.authorization.slice(0, 11)); // Bearer lka_
   * ```
   */
  token(options?: Limits): Promise<string>;
  /**
   * Returns who a token belongs to; throws TOKEN_INVALID. For tokens of others the client needs the
   * scope `introspect`.
   *
   * @example
   * ```ts
   * const { kind, username } = await latchkey.verifyToken(accessToken);
   * console.log(kind, username); // user ada
   * ```
   */
  readonly verifyToken: VerifyToken;
  /**
   * Returns where to send a user, and what to keep in the user's session until
   * finishAuthorization.
   *
   * @example
   * ```ts
   * const { url, pending } = await latchkey.beginAuthorization({
   *   redirectUri: "https://app.example/callback",
   * });
   * console.log(new URL(url).searchParams.get("state") === pending.state); // true
   * ```
   */
  beginAuthorization(request: AuthorizationRequest): Promise<BegunAuthorization>;
  /**
   * Exchanges the redirect of the user for tokens, after every check that belongs to it. With the
   * scope `openid`, the tokens say who signed in.
   *
   * @example
   * ```ts
   * const { url, pending } = await latchkey.beginAuthorization({
   *   redirectUri: "https://app.example/callback",
   *   scope: "openid profile",
   * });
   * const callback = await agree(url); // what the user's browser does
   * const { identity } = await latchkey.finishAuthorization(callback, pending);
   * console.log(identity?.subject === ada.id); // true
   * ```
   */
  finishAuthorization(
    callback: string | URL,
    pending: PendingAuthorization,
    options?: Limits,
  ): Promise<Tokens>;
  /**
   * Returns a token for other resources, with which this client acts for the user of a token that
   * is for it (RFC 8693). The client needs the grant type of token exchange.
   *
   * @example
   * ```ts
   * import { isReason } from "@latchkey/sdk";
   *
   * const error = await latchkey
   *   .exchangeToken(accessToken, { resource: ["https://api.example/"] })
   *   .catch((error: unknown) => error);
   * console.log(isReason(error, "CLIENT_UNAUTHORIZED")); // true
   * ```
   */
  exchangeToken(subjectToken: string, request?: TokenExchange & Limits): Promise<Tokens>;
  /**
   * Begins to connect a device without a browser (RFC 8628): returns what the device shows to its
   * user. The client needs the grant type of device codes.
   *
   * @example
   * ```ts
   * const { userCode, verificationUri } = await latchkey.startDevice({ scope: "profile" });
   * console.log(userCode.length, new URL(verificationUri).pathname); // 9 /device
   * ```
   */
  startDevice(request?: DeviceRequest, options?: Limits): Promise<PendingDevice>;
  /**
   * Waits until the user has answered, and returns the tokens. Throws AUTHORIZATION_DENIED when the
   * user refuses, and DEVICE_CODE_EXPIRED.
   *
   * @example
   * ```ts
   * const pending = await latchkey.startDevice();
   * const signal = AbortSignal.timeout(10);
   * const ended = await latchkey.finishDevice(pending, { signal }).catch(() => "ended");
   * console.log(ended); // ended
   * ```
   */
  finishDevice(pending: PendingDevice, options?: Pick<Limits, "signal">): Promise<Tokens>;
  /**
   * Returns new tokens for a refresh token, which works once.
   *
   * @example
   * ```ts
   * const next = await latchkey.refresh(refreshToken);
   * const { user } = await latchkey.as(next.accessToken).users.getUser({ userId: "me" });
   * console.log(user?.username); // ada
   * ```
   */
  refresh(
    refreshToken: string,
    options?: Limits & Pick<TokenExchange, "scope" | "authorizationDetails">,
  ): Promise<Tokens>;
  /**
   * Revokes a token of this client; a refresh token with all tokens that came from it.
   *
   * @example
   * ```ts
   * import { isReason } from "@latchkey/sdk";
   *
   * const token = await latchkey.token();
   * await latchkey.revoke(token);
   * const error = await latchkey.verifyToken(token).catch((error: unknown) => error);
   * console.log(isReason(error, "TOKEN_INVALID")); // true
   * ```
   */
  revoke(token: string, options?: Limits): Promise<void>;
}
