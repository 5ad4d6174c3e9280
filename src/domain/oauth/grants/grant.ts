import type { Clock } from "../../clock.ts";
import type { Keep } from "../../idempotency/answers.ts";
import type { RequestContext } from "../../request-context.ts";
import { hashToken } from "../../security/tokens.ts";
import type { Store } from "../../store.ts";
import type { CodeStore, TokenClient, TokenStore } from "../store.ts";
import type { AuthorizationDetail } from "../details/detail.ts";
import { type DetailedTargets } from "../details/details-at.ts";
import { narrowDetails } from "../details/narrow-details.ts";
import type { Terms } from "../terms.ts";
import type { IdTokens } from "../openid/id-tokens.ts";
import type { IdTokenSubjects } from "../openid/id-token-subjects.ts";
import type { Subjects } from "../openid/subjects.ts";
import type { RequestProof } from "../proofs/dpop.ts";
import type { AccessTokenTexts } from "../resources/access-token-text.ts";
import type { ResourceTargets } from "../resources/targets.ts";
import type { AccessTokens } from "../tokens/access-tokens.ts";
import type { Realms } from "../clients/realms.ts";

/** The parameters of a token request. An empty parameter is an absent one. */
export interface TokenRequest {
  readonly grantType: string;
  readonly code: string;
  readonly redirectUri: string;
  readonly codeVerifier: string;
  readonly refreshToken: string;
  readonly scope: string;
  /** The resources that the tokens are for, RFC 8707. */
  readonly resource: readonly string[];
  /** What the access token is limited to there, RFC 9396: JSON. */
  readonly authorizationDetails: string;
  /** The DPoP proof of the request, RFC 9449 section 5. */
  readonly proof?: RequestProof | undefined;
  /** RFC 8628 section 3.4. */
  readonly deviceCode: string;
  /** The token of the user whom the client acts for, RFC 8693 section 2.1. */
  readonly subjectToken: string;
  readonly subjectTokenType: string;
  /** A token of the party that acts. */
  readonly actorToken: string;
  readonly actorTokenType: string;
  readonly requestedTokenType: string;
  /** The same as `resource`. */
  readonly audience: readonly string[];
}

/** A successful token response, RFC 6749 section 5.1. */
export interface IssuedTokens {
  readonly accessToken: string;
  readonly lifetimeMs: number;
  readonly refreshToken?: string | undefined;
  readonly idToken?: string | undefined;
  readonly scopes: readonly string[];
  /** What the access token is limited to, RFC 9396 section 7. */
  readonly details?: readonly AuthorizationDetail[] | undefined;
  /** The thumbprint of the key that the access token is bound to. */
  readonly boundTo?: string | undefined;
  /** RFC 8693 section 2.2.1; only of an exchange. */
  readonly issuedTokenType?: string | undefined;
}

/** The code or the refresh token of a request, as it was found. */
export interface Shown {
  readonly code?: Awaited<ReturnType<CodeStore["findWithParties"]>>;
  readonly refresh?: Awaited<ReturnType<TokenStore["findRefreshWithParties"]>>;
}

/** What a grant works with. The client is authenticated and may use the grant. */
export interface GrantInput {
  readonly store: Store;
  readonly clock: Clock;
  readonly realms: Realms;
  readonly idTokens: IdTokens;
  readonly idTokenSubjects: IdTokenSubjects;
  readonly subjects: Subjects;
  readonly accessTokens: AccessTokens;
  readonly resourceTargets: ResourceTargets;
  readonly accessTokenTexts: AccessTokenTexts;
  readonly context: RequestContext;
  readonly client: TokenClient;
  readonly request: TokenRequest;
  /** The thumbprint of the key that the new tokens are bound to; undefined for none. */
  readonly boundTo: string | undefined;
  readonly shown: Shown;
  /** Keeps the answer of a request that may be repeated. */
  readonly keep: Keep<IssuedTokens> | undefined;
}

/** Exchanges a grant for tokens, RFC 6749 section 1.3. */
export type GrantHandler = (input: GrantInput) => Promise<IssuedTokens>;

/**
 * Returns what a new token is for: what the authorization is for, or less if the request names some
 * of it.
 */
export async function narrowTargets(
  { resourceTargets, client, request }: Pick<GrantInput, "resourceTargets" | "client" | "request">,
  terms: Terms | undefined,
): Promise<DetailedTargets> {
  const resources = await resourceTargets.narrow(terms?.audience, request.resource);
  return narrowDetails(terms?.authorizationDetails, resources, {
    text: request.authorizationDetails,
    allowed: client.settings.authorizationDetailsTypes,
  });
}

/** Finds what a request shows, with its user and its client, before the client authenticates. */
export async function findShown(store: Store, request: TokenRequest): Promise<Shown> {
  const { grantType, code, refreshToken } = request;
  if (grantType === "authorization_code" && code !== "")
    return { code: await store.codes.findWithParties(hashToken(code)) };
  if (grantType === "refresh_token" && refreshToken !== "")
    return { refresh: await store.tokens.findRefreshWithParties(hashToken(refreshToken)) };
  return {};
}
