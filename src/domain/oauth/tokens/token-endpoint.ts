// The token endpoint, RFC 6749 section 3.2. It owns what every grant shares: who asks, and which
// grant it is; it must not know what a grant is about.
import type { RequestContext } from "../../request-context.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Instrumentation } from "../../instrumentation.ts";
import { noInstrumentation } from "../../instrumentation.ts";
import type { Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import { authorizationCode } from "../grants/authorization-code.ts";
import { clientCredentials } from "../grants/client-credentials.ts";
import { refreshToken } from "../grants/refresh-token.ts";
import type { Realms } from "../clients/realms.ts";

/** What the request says; empty is absent. */
export interface TokenRequest {
  readonly grantType: string;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly refreshToken: string;
  readonly scope: string;
}

/** RFC 6749 section 5.1. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Absent: never. */
  readonly lifetimeMs: number;
  readonly refreshToken?: string | undefined;
  readonly scopes: readonly string[];
}

/** What a grant is given: an authenticated client that may use it. */
export interface GrantInput {
  readonly store: Store;
  readonly clock: Clock;
  readonly realms: Realms;
  readonly context: RequestContext;
  readonly client: Client;
  readonly request: TokenRequest;
}

/** Turns a grant into tokens. */
export type GrantHandler = (input: GrantInput) => Promise<IssuedTokens>;

const grants: Readonly<Record<string, GrantHandler>> = Object.assign(
  Object.create(null) as Record<string, GrantHandler>,
  {
    authorization_code: authorizationCode,
    refresh_token: refreshToken,
    client_credentials: clientCredentials,
  },
);

export class TokenEndpoint {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clients: ClientAuthentication;
  readonly #realms: Realms;
  readonly #instrumentation: Instrumentation;

  constructor(
    store: Store,
    clock: Clock,
    clients: ClientAuthentication,
    realms: Realms,
    instrumentation: Instrumentation = noInstrumentation,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#clients = clients;
    this.#realms = realms;
    this.#instrumentation = instrumentation;
  }

  async token(
    context: RequestContext,
    credentials: ClientCredentials,
    request: TokenRequest,
  ): Promise<IssuedTokens> {
    if (request.grantType === "")
      throw new IdentityError("OAUTH_REQUEST_INVALID", "grant_type is needed.");
    const client = await this.#clients.authenticate(context, credentials);
    const grant = grants[request.grantType];
    if (grant === undefined)
      throw new IdentityError("GRANT_TYPE_UNSUPPORTED", "There is no such grant.");
    if (!client.grantTypes.includes(request.grantType))
      throw new IdentityError("CLIENT_UNAUTHORIZED", "The client may not use this grant.");
    const tokens = await grant({
      store: this.#store,
      clock: this.#clock,
      realms: this.#realms,
      context,
      client,
      request,
    });
    this.#instrumentation.issued(request.grantType);
    return tokens;
  }
}
