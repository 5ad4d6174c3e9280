import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Answers } from "../../idempotency/answers.ts";
import type { Instrumentation } from "../../instrumentation.ts";
import { noInstrumentation } from "../../instrumentation.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Store } from "../../store.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import type { IdTokens } from "../openid/id-tokens.ts";
import type { IdTokenSubjects } from "../openid/id-token-subjects.ts";
import type { Subjects } from "../openid/subjects.ts";
import type { DpopProofs } from "../proofs/dpop.ts";
import { requireResources } from "../resource-indicators.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { AccessTokenTexts } from "../resources/access-token-text.ts";
import type { ResourceTargets } from "../resources/targets.ts";
import type { Realms } from "../clients/realms.ts";
import { authorizationCode } from "../grants/authorization-code.ts";
import { clientCredentials } from "../grants/client-credentials.ts";
import {
  findShown,
  type GrantHandler,
  type IssuedTokens,
  type TokenRequest,
} from "../grants/grant.ts";
import { DEVICE_CODE, TOKEN_EXCHANGE } from "../grant-types.ts";
import { deviceCode } from "../grants/device-code.ts";
import { tokenExchange } from "../grants/token-exchange.ts";
import { refreshToken } from "../grants/refresh-token.ts";

const GRANTS: ReadonlyMap<string, GrantHandler> = new Map([
  ["authorization_code", authorizationCode],
  ["refresh_token", refreshToken],
  ["client_credentials", clientCredentials],
  [DEVICE_CODE, deviceCode],
  [TOKEN_EXCHANGE, tokenExchange],
]);

/** The grants that can't be repeated without a key. */
const USED_ONCE: ReadonlySet<string> = new Set([
  "authorization_code",
  "refresh_token",
  DEVICE_CODE,
]);

export interface TokenEndpointDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly clientAuthentication: ClientAuthentication;
  readonly realms: Realms;
  readonly idTokens: IdTokens;
  readonly idTokenSubjects: IdTokenSubjects;
  readonly subjects: Subjects;
  readonly dpopProofs: DpopProofs;
  readonly accessTokens: AccessTokens;
  readonly resourceTargets: ResourceTargets;
  readonly accessTokenTexts: AccessTokenTexts;
  readonly answers: Answers;
  readonly instrumentation?: Instrumentation | undefined;
}

/** The token endpoint, RFC 6749 section 3.2: the checks that all grants share. */
export class TokenEndpoint {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clientAuthentication: ClientAuthentication;
  readonly #realms: Realms;
  readonly #idTokens: IdTokens;
  readonly #idTokenSubjects: IdTokenSubjects;
  readonly #subjects: Subjects;
  readonly #dpopProofs: DpopProofs;
  readonly #accessTokens: AccessTokens;
  readonly #resourceTargets: ResourceTargets;
  readonly #accessTokenTexts: AccessTokenTexts;
  readonly #answers: Answers;
  readonly #instrumentation: Instrumentation;

  constructor({
    store,
    clock,
    clientAuthentication,
    realms,
    idTokens,
    idTokenSubjects,
    subjects,
    dpopProofs,
    accessTokens,
    resourceTargets,
    accessTokenTexts,
    answers,
    instrumentation = noInstrumentation,
  }: TokenEndpointDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#clientAuthentication = clientAuthentication;
    this.#realms = realms;
    this.#idTokens = idTokens;
    this.#idTokenSubjects = idTokenSubjects;
    this.#subjects = subjects;
    this.#dpopProofs = dpopProofs;
    this.#accessTokens = accessTokens;
    this.#resourceTargets = resourceTargets;
    this.#accessTokenTexts = accessTokenTexts;
    this.#answers = answers;
    this.#instrumentation = instrumentation;
  }

  /** Authenticates the client and exchanges its grant for tokens. */
  async token(
    context: RequestContext,
    credentials: ClientCredentials,
    request: TokenRequest,
  ): Promise<IssuedTokens> {
    if (request.grantType === "")
      throw new IdentityError("OAUTH_REQUEST_INVALID", "grant_type is required.");
    const shown = await findShown(this.#store, request);
    const client = await this.#clientAuthentication.authenticateKnown(
      context,
      credentials,
      (shown.code ?? shown.refresh)?.client,
    );
    const grant = GRANTS.get(request.grantType);
    if (grant === undefined)
      throw new IdentityError(
        "GRANT_TYPE_UNSUPPORTED",
        `grant_type must be one of ${[...GRANTS.keys()].join(", ")}.`,
      );
    if (!client.grantTypes.includes(request.grantType))
      throw new IdentityError("CLIENT_UNAUTHORIZED", "This client may not use this grant_type.");
    requireResources(request.resource);
    const boundTo = await this.#dpopProofs.bindingOf(client, request.proof);
    const repetition = USED_ONCE.has(request.grantType) ? context.repetition : undefined;
    const sender = { caller: `client:${client.id}`, facts: [boundTo ?? ""], isBounded: true };
    const tokens = await this.#answers.once<IssuedTokens>({ repetition }, sender, async (keep) => {
      const issued = await grant({
        store: this.#store,
        clock: this.#clock,
        realms: this.#realms,
        idTokens: this.#idTokens,
        idTokenSubjects: this.#idTokenSubjects,
        subjects: this.#subjects,
        accessTokens: this.#accessTokens,
        resourceTargets: this.#resourceTargets,
        accessTokenTexts: this.#accessTokenTexts,
        context,
        client,
        request,
        boundTo,
        shown,
        keep,
      });
      this.#instrumentation.issued(request.grantType);
      return issued;
    });
    return { ...tokens, boundTo };
  }
}
