import type { Transport } from "@connectrpc/connect";
import { createClient } from "@connectrpc/connect";
import { AuditService } from "../gen/identity/v1/audit_pb.js";
import { BrandingService } from "../gen/identity/v1/branding_pb.js";
import { OAuthService } from "../gen/identity/v1/oauth_pb.js";
import { PredecessorService } from "../gen/identity/v1/predecessor_pb.js";
import { ResourceService } from "../gen/identity/v1/resource_pb.js";
import { UserService } from "../gen/identity/v1/user_pb.js";
import type { Api } from "./api.ts";
import {
  beginAuthorization,
  exchange,
  finishAuthorization,
  refresh,
  withIdentity,
} from "./authorization.ts";
import type { CallSettings } from "./calls.ts";
import type { Latchkey } from "./client.ts";
import { createCallTransport, repeatable, unlessAborted, within } from "./calls.ts";
import { createFetchTransport } from "./fetch-transport.ts";
import { TokenSource } from "./token-source.ts";
import { pollDevice, startDevice } from "./device.ts";
import { createReadIdToken } from "./id-token.ts";
import { createKeys } from "./keys.ts";
import type { PrivateJwk } from "./proofs/algorithms.ts";
import { createAssertions } from "./proofs/client-assertion.ts";
import { DpopProofs } from "./proofs/dpop.ts";
import { createResourceFetch, type Credential } from "./proofs/resource-fetch.ts";
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
  /** A public client has none, and neither has one with a private key. */
  readonly clientSecret?: string | undefined;
  /**
   * The key of a client whose `token_endpoint_auth_method` is `private_key_jwt`: as JSON, with
   * `kid`, or as WebCrypto has it. FAPI 2.0 needs it.
   */
  readonly privateKey?: CryptoKey | PrivateJwk | undefined;
  /**
   * Binds all tokens of this client to a key (DPoP, RFC 9449), so that who finds a token can't use
   * it. `true` makes a key for this process; give the key pair if tokens live longer than that.
   */
  readonly dpop?: boolean | CryptoKeyPair | undefined;
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

  const { privateKey, dpop = false } = options;
  const client =
    privateKey === undefined
      ? basic(clientId, clientSecret ?? "")
      : createAssertions({ clientId, issuer, privateKey });
  const proofs =
    dpop === false ? undefined : new DpopProofs(typeof dpop === "object" ? dpop : undefined);
  const tokenType = proofs === undefined ? "Bearer" : "DPoP";
  const isPublic = clientSecret === undefined && privateKey === undefined;
  // A proof names the address that the server goes by.
  const publicUrl = (url: string): string =>
    url.startsWith(`${baseUrl}/`) ? `${issuer}${url.slice(baseUrl.length)}` : url;

  const apiWith = (given: Pick<CallSettings["credentials"], "token" | "refused">): Api => {
    const calls = createCallTransport(transport, {
      issuer,
      timeoutMs,
      retries,
      credentials: { client, proofs, ...given },
    });
    return {
      fetch: createResourceFetch({ fetch, credential: given.token, proofs, publicUrl }),
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
    token: async (): Promise<Credential | undefined> =>
      isPublic ? undefined : { accessToken: await own.get(), tokenType },
    refused: (token) => {
      own.drop(token);
      return true;
    },
  });

  const keys = createKeys({ baseUrl, fetch, timeoutMs });
  const readIdToken = createReadIdToken({ issuer, clientId, keys });
  const authorization = { issuer, clientId, oauth: api.oauth, readIdToken, proofs };

  return {
    ...api,
    as: (given) => {
      const credential: Credential =
        typeof given === "string" ? { accessToken: given, tokenType } : given;
      return apiWith({ token: () => Promise.resolve(credential), refused: () => false });
    },
    token: (given = {}) =>
      within(given.timeoutMs ?? timeoutMs, given.signal, (signal) =>
        unlessAborted(own.get(), signal),
      ),
    verifyToken: createVerifyToken({ oauth: api.oauth, issuer, keys, timeoutMs }),
    beginAuthorization: (request) => beginAuthorization(authorization, request),
    finishAuthorization: (callback, pending, given) =>
      finishAuthorization(authorization, callback, pending, given),
    startDevice: (request, given) => startDevice(api.oauth, request, given),
    finishDevice: async (pending, given) =>
      withIdentity(readIdToken, await pollDevice(api.oauth, pending, given)),
    exchangeToken: (subjectToken, given) => exchange(api.oauth, subjectToken, given),
    refresh: (refreshToken, given) => refresh(authorization, refreshToken, given),
    revoke: async (token, given) => {
      await api.oauth.revoke({ token }, given);
    },
  };
}
