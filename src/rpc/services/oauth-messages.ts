import type { JsonObject, MessageInitShape } from "@bufbuild/protobuf";
import { getOption } from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import type {
  GetMetadataResponseSchema,
  IntrospectResponseSchema,
} from "../../../gen/identity/v1/oauth_pb.ts";
import { OAuthService } from "../../../gen/identity/v1/oauth_pb.ts";
import type { ActingPartySchema } from "../../../gen/identity/v1/token_exchange_pb.ts";
import type { AuthorizationDetail } from "../../domain/oauth/details/detail.ts";
import type { Actor } from "../../domain/oauth/terms.ts";
import type { TokenDescription } from "../../domain/oauth/tokens/introspection.ts";
import { CLIENT_AUTHENTICATION_METHODS } from "../../domain/oauth/clients/client-authentication.ts";
import { GRANT_TYPES } from "../../domain/oauth/grant-types.ts";
import { CLIENT_ALGORITHMS, STRONG_ALGORITHMS } from "../../domain/oauth/proofs/algorithms.ts";
import { CODE_CHALLENGE_METHODS } from "../../domain/oauth/authorization/pkce.ts";
import { SUBJECT_TYPES } from "../../domain/oauth/clients/client-settings.ts";
import { ID_TOKEN_CLAIMS } from "../../domain/oauth/openid/id-tokens.ts";
import { USER_CLAIMS } from "../../domain/oauth/openid/user-claims.ts";
import { PASSWORD_ACR } from "../../domain/oauth/openid/authentication-context.ts";
import { RESPONSE_MODES } from "../../domain/oauth/authorization/client-answer.ts";
import { PROMPTS } from "../../domain/oauth/authorization/checked-authorization.ts";
import { SIGNING_ALGORITHMS } from "../../domain/oauth/tokens/jwt-signer.ts";
import { USER_SCOPES } from "../../domain/oauth/clients/scopes.ts";

/** Converts authorization details (RFC 9396), which are JSON. */
export const detailsOf = (details: readonly AuthorizationDetail[] = []): JsonObject[] =>
  details as unknown as JsonObject[];

const seconds = (ms: number): number => Math.floor(ms / 1000);

const toActingParty = ({
  sub,
  clientId = "",
  act,
}: Actor): MessageInitShape<typeof ActingPartySchema> => ({
  sub,
  clientId,
  ...(act && { act: toActingParty(act) }),
});

/** Converts to RFC 7662 section 2.2: only `active: false` for a token that doesn't work. */
export function toIntrospection(
  token: TokenDescription | undefined,
  issuer: string,
): MessageInitShape<typeof IntrospectResponseSchema> {
  if (token === undefined) return { active: false };
  return {
    active: true,
    scope: token.scopes.join(" "),
    clientId: token.clientId,
    username: token.user?.username ?? "",
    realm: token.user?.realm ?? "",
    tokenType: token.terms?.dpopJkt === undefined ? "Bearer" : "DPoP",
    ...(token.terms?.dpopJkt !== undefined && { cnf: { jkt: token.terms.dpopJkt } }),
    exp: token.expiresAt === undefined ? 0 : seconds(token.expiresAt),
    iat: seconds(token.createdAt),
    sub: token.terms?.subject ?? token.user?.id ?? token.clientId,
    aud: token.resources[0]?.uri ?? token.api,
    audience: token.resources.map(({ uri }) => uri),
    ...(token.actor && { act: toActingParty(token.actor) }),
    iss: issuer,
    authorizationDetails: detailsOf(token.details),
    groupId: token.groupId === 0n ? "" : token.groupId.toString(),
  };
}

/** Returns the metadata of RFC 8414 section 2: only what this server has. */
export function toMetadata(issuer: string): MessageInitShape<typeof GetMetadataResponseSchema> {
  const { token, revoke, introspect, getJwks, getUserInfo } = OAuthService.method;
  const { pushAuthorizationRequest, startDeviceAuthorization, revokeUserTokens } =
    OAuthService.method;
  const at = (method: (typeof OAuthService)["methods"][number]): string => {
    const { pattern } = getOption(method, http);
    return issuer + (typeof pattern.value === "string" ? pattern.value : "");
  };
  const confidential = CLIENT_AUTHENTICATION_METHODS.filter((method) => method !== "none");
  return {
    issuer,
    // A page, which no descriptor declares.
    authorizationEndpoint: `${issuer}/oauth2/authorize`,
    tokenEndpoint: at(token),
    revocationEndpoint: at(revoke),
    introspectionEndpoint: at(introspect),
    deviceAuthorizationEndpoint: at(startDeviceAuthorization),
    jwksUri: at(getJwks),
    responseTypesSupported: ["code"],
    responseModesSupported: [...RESPONSE_MODES],
    uiLocalesSupported: ["en", "ru", "zh"],
    grantTypesSupported: [...GRANT_TYPES],
    codeChallengeMethodsSupported: [...CODE_CHALLENGE_METHODS],
    tokenEndpointAuthMethodsSupported: [...CLIENT_AUTHENTICATION_METHODS],
    revocationEndpointAuthMethodsSupported: [...CLIENT_AUTHENTICATION_METHODS],
    introspectionEndpointAuthMethodsSupported: confidential,
    tokenEndpointAuthSigningAlgValuesSupported: [...CLIENT_ALGORITHMS],
    pushedAuthorizationRequestEndpoint: at(pushAuthorizationRequest),
    requirePushedAuthorizationRequests: false,
    requestObjectSigningAlgValuesSupported: [...CLIENT_ALGORITHMS],
    requestParameterSupported: true,
    requestUriParameterSupported: false,
    dpopSigningAlgValuesSupported: [...STRONG_ALGORITHMS],
    revocationEndpointAuthSigningAlgValuesSupported: [...CLIENT_ALGORITHMS],
    introspectionEndpointAuthSigningAlgValuesSupported: [...CLIENT_ALGORITHMS],
    scopesSupported: [...USER_SCOPES],
    authorizationResponseIssParameterSupported: true,
    subjectTypesSupported: [...SUBJECT_TYPES],
    idTokenSigningAlgValuesSupported: [...SIGNING_ALGORITHMS],
    acrValuesSupported: [PASSWORD_ACR],
    promptValuesSupported: [...PROMPTS],
    displayValuesSupported: ["page", "popup", "touch", "wap"],
    claimTypesSupported: ["normal"],
    claimsParameterSupported: true,
    userinfoEndpoint: at(getUserInfo),
    userinfoSigningAlgValuesSupported: [...SIGNING_ALGORITHMS],
    claimsSupported: [...ID_TOKEN_CLAIMS, ...USER_CLAIMS],
    // A page too.
    endSessionEndpoint: `${issuer}/oauth2/logout`,
    backchannelLogoutSupported: true,
    backchannelLogoutSessionSupported: true,
    globalTokenRevocationEndpoint: at(revokeUserTokens),
    globalTokenRevocationEndpointAuthMethodsSupported: ["Bearer", "DPoP"],
  };
}
