import type { Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { AuditService } from "../gen/identity/v1/audit_pb.js";
import { BrandingService } from "../gen/identity/v1/branding_pb.js";
import { OAuthService } from "../gen/identity/v1/oauth_pb.js";
import { PredecessorService } from "../gen/identity/v1/predecessor_pb.js";
import { ResourceService } from "../gen/identity/v1/resource_pb.js";
import { UserService } from "../gen/identity/v1/user_pb.js";
import type { Api } from "./api.ts";
import type {
  AuthorizationRequest,
  BegunAuthorization,
  PendingAuthorization,
  Tokens,
} from "./authorization.ts";
import { beginAuthorization, finishAuthorization, refresh } from "./authorization.ts";
import type { Credentials, Limits } from "./calls.ts";
import { createCallTransport, repeatable, unlessAborted, within } from "./calls.ts";
import { createFetchTransport } from "./fetch-transport.ts";
import { TokenSource } from "./token-source.ts";
import type { VerifyToken } from "./verification.ts";
import { createVerifyToken } from "./verification.ts";

/**
 * How to reach the server, and as whom.
 *
 * @example
 * ```ts
 * import type { LatchkeyOptions } from "@latchkey/sdk";
 * import { createLatchkey } from "@latchkey/sdk";
 *
 * const options: LatchkeyOptions = {
 *   baseUrl: "http://127.0.0.1:8080",
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 *   timeoutMs: 5_000,
 *   retries: 0,
 * };
 * const { keys } = await createLatchkey(options).oauth.getJwks({});
 * console.log(keys[0]?.alg); // ES256
 * ```
 */
export interface LatchkeyOptions {
  /** Where this program reaches the server. */
  readonly baseUrl: string;
  readonly clientId: string;
  /** A public client has none. */
  readonly clientSecret?: string | undefined;
  /** PUBLIC_URL of the server, if that is not the base URL. */
  readonly issuer?: string | undefined;
  /** Fewer scopes for the client's own token, space-separated. */
  readonly scope?: string | undefined;
  /** How long a call may take, all tries together; 10 seconds if left out, 0 is no limit. */
  readonly timeoutMs?: number | undefined;
  /** How often a call is tried again where that is safe; 2 if left out. */
  readonly retries?: number | undefined;
  /** Another fetch, e.g. with a proxy. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /**
   * What carries the calls, e.g. gRPC by `createGrpcTransport` of @connectrpc/connect-node; Connect
   * by fetch if left out.
   */
  readonly transport?: Transport | undefined;
}

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
   * Returns the same calls with another token.
   *
   * @example
   * ```ts
   * const { sessions } = await latchkey.as(accessToken).users.listSessions({ userId: "me" });
   * console.log(sessions.some(({ current }) => current)); // true
   * ```
   */
  as(token: string): Api;
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
   * Exchanges the redirect of the user for tokens, after every check that belongs to it.
   *
   * @example
   * ```ts
   * const { url, pending } = await latchkey.beginAuthorization({
   *   redirectUri: "https://app.example/callback",
   *   scope: "profile",
   * });
   * const callback = await agree(url); // what the user's browser does
   * const tokens = await latchkey.finishAuthorization(callback, pending);
   * console.log(tokens.scopes.join()); // profile
   * ```
   */
  finishAuthorization(
    callback: string | URL,
    pending: PendingAuthorization,
    options?: Limits,
  ): Promise<Tokens>;
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
    options?: Limits & { readonly scope?: string | undefined },
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

/** RFC 6749 section 2.3.1: both halves are encoded before they are joined. */
const basic = (id: string, secret: string): string =>
  `Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`;

/**
 * Creates a client; once for a program.
 *
 * @example
 * ```ts
 * import { createLatchkey } from "@latchkey/sdk";
 *
 * const latchkey = createLatchkey({
 *   baseUrl: "http://127.0.0.1:8080",
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 * });
 * const { user } = await latchkey.users.getUser({ userId: ada.id });
 * console.log(user?.email); // ada@example.com
 * ```
 */
export function createLatchkey(options: LatchkeyOptions): Latchkey {
  const {
    clientId,
    clientSecret,
    timeoutMs = 10_000,
    retries = 2,
    scope = "",
    fetch = globalThis.fetch,
  } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, "");
  const issuer = options.issuer?.replace(/\/+$/, "") ?? baseUrl;
  const transport = options.transport ?? createFetchTransport(baseUrl, fetch);

  const apiWith = (bearer: Omit<Credentials, "basic">): Api => {
    const calls = createCallTransport(transport, {
      timeoutMs,
      retries,
      credentials: { basic: basic(clientId, clientSecret ?? ""), ...bearer },
    });
    return {
      users: createClient(UserService, calls),
      oauth: createClient(OAuthService, calls),
      audit: createClient(AuditService, calls),
      branding: createClient(BrandingService, calls),
      predecessors: createClient(PredecessorService, calls),
      resources: createClient(ResourceService, calls),
    };
  };

  const own: TokenSource = new TokenSource(() =>
    api.oauth.token({ grantType: "client_credentials", scope }, repeatable({})),
  );
  const api = apiWith({
    bearer: () => (clientSecret === undefined ? Promise.resolve(undefined) : own.get()),
    refused: (token) => {
      own.drop(token);
      return true;
    },
  });

  return {
    ...api,
    as: (token) => apiWith({ bearer: () => Promise.resolve(token), refused: () => false }),
    token: (given = {}) =>
      within(given.timeoutMs ?? timeoutMs, given.signal, (signal) =>
        unlessAborted(own.get(), signal),
      ),
    verifyToken: createVerifyToken({ oauth: api.oauth, issuer, baseUrl, fetch, timeoutMs }),
    beginAuthorization: (request) => beginAuthorization(issuer, clientId, request),
    finishAuthorization: (callback, pending, given) =>
      finishAuthorization({ issuer, oauth: api.oauth }, callback, pending, given),
    refresh: (refreshToken, given) => refresh(api.oauth, refreshToken, given),
    revoke: async (token, given) => {
      await api.oauth.revoke({ token }, given);
    },
  };
}
