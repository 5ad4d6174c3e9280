import { invalidField } from "../../../errors.ts";
import type { Client } from "../../../model.ts";
import { hasControls, isLongerThan, isVisible } from "../../../text.ts";
import { CLIENT_AUTHENTICATION_METHODS } from "../client-authentication.ts";
import type { ClientSettings } from "../client-settings.ts";
import { redirectUriComplaint } from "../redirect-uris.ts";
import { isDetailName } from "../../details/detail-type.ts";
import { CLIENT_ALGORITHMS } from "../../proofs/algorithms.ts";
import { SIGNING_ALGORITHMS } from "../../tokens/jwt-signer.ts";
import { APPLICATION_TYPES, applicationTypeFault } from "./application-types.ts";
import { keySetFault } from "./public-keys.ts";
import { uriFault } from "./settings-uris.ts";

const SUBJECT_TYPES = ["public", "pairwise"] as const;
const SECURITY_PROFILES = ["fapi2"] as const;

export const MAX_POST_LOGOUT_URIS = 20;
export const MAX_CONTACTS = 10;
export const MAX_CONTACT = 254;
export const MAX_SOFTWARE = 128;
const MAX_DETAIL_TYPES = 20;
const MAX_SECONDS = 2 ** 31 - 1;

type CheckedClient = Pick<Client, "public" | "grantTypes" | "redirectUris" | "apis">;

/** Returns the first fault: the member's name in the metadata, and why it is wrong. */
type Check = (settings: ClientSettings, client: CheckedClient) => Fault | undefined;
type Fault = readonly [member: string, description: string];

/** Rejects settings that a client can't have. The error names the member. */
export function checkSettings(settings: ClientSettings, client: CheckedClient): void {
  for (const check of CHECKS) {
    const fault = check(settings, client);
    if (fault !== undefined) throw invalidField(`settings.${fault[0]}`, fault[1]);
  }
}

/** Checks that a member, if there is one, has one of a few values. */
const oneOf =
  (
    member: string,
    read: (settings: ClientSettings) => string | undefined,
    known: readonly string[],
  ): Check =>
  (settings) => {
    const value = read(settings);
    return value === undefined || known.includes(value)
      ? undefined
      : [member, `must be ${known.join(", ").replace(/, (\w+)$/, " or $1")}`];
  };

const uri =
  (
    member: string,
    read: (settings: ClientSettings) => string | undefined,
    rules: Parameters<typeof uriFault>[1],
  ): Check =>
  (settings) => {
    const value = read(settings);
    const fault = value === undefined ? undefined : uriFault(value, rules);
    return fault === undefined ? undefined : [member, fault];
  };

/** Pages that users open. */
const SHOWN = { loopback: false, fragment: true };
/** Addresses that this server calls. */
const CALLED = { loopback: true, fragment: false };

const checkApplicationType: Check = ({ applicationType }, client) => {
  const fault = applicationType && applicationTypeFault(applicationType, client);
  return fault === undefined ? undefined : ["application_type", fault];
};

const checkAuthentication: Check = (settings, client) => {
  const { tokenEndpointAuthMethod: method, jwks, jwksUri } = settings;
  const fault = (description: string): Fault => ["token_endpoint_auth_method", description];
  if (method === undefined) return undefined;
  if (client.public && method !== "none") return fault("must be none for a public client");
  if (!client.public && method === "none")
    return fault("must not be none for a confidential client");
  return method === "private_key_jwt" && jwks === undefined && jwksUri === undefined
    ? fault("is private_key_jwt, which needs jwks or jwks_uri")
    : undefined;
};

const checkKeys: Check = ({ jwks, jwksUri }) => {
  if (jwks === undefined) return undefined;
  // OpenID Connect Dynamic Client Registration section 2: not both.
  if (jwksUri !== undefined) return ["jwks", "and jwks_uri exclude each other"];
  const fault = keySetFault(jwks);
  return fault === undefined ? undefined : ["jwks", fault];
};

/** OpenID Connect Core section 8.1: without a sector, all redirect URIs have one host. */
const checkSector: Check = ({ subjectType, sectorIdentifierUri }, { redirectUris }) => {
  if (subjectType !== "pairwise" || sectorIdentifierUri !== undefined) return undefined;
  const hosts = new Set(redirectUris.map((each) => URL.parse(each)?.host));
  return hosts.size > 1
    ? ["sector_identifier_uri", "is missing: the redirect URIs have more than one host"]
    : undefined;
};

const checkPostLogout: Check = ({ postLogoutRedirectUris = [] }, { public: isPublic, apis }) => {
  const fault = (description: string): Fault => ["post_logout_redirect_uris", description];
  if (postLogoutRedirectUris.length > MAX_POST_LOGOUT_URIS)
    return fault(`are more than ${MAX_POST_LOGOUT_URIS}`);
  const wrong = postLogoutRedirectUris
    .map((each) => redirectUriComplaint(each, { plainHttp: apis.length > 0, isPublic }))
    .find((complaint) => complaint !== undefined);
  return wrong === undefined ? undefined : fault(`has a wrong one: ${wrong}`);
};

/** FAPI 2.0 Security Profile sections 5.3.2.1 and 5.4.1. */
const checkProfile: Check = (settings, client) => {
  if (settings.securityProfile !== "fapi2") return undefined;
  const fault = (description: string): Fault => ["security_profile", `is fapi2, ${description}`];
  if (client.public) return fault("which a public client can't have");
  if (settings.tokenEndpointAuthMethod !== "private_key_jwt")
    return fault("which needs token_endpoint_auth_method private_key_jwt");
  return settings.idTokenSignedResponseAlg === "RS256" ||
    settings.requestObjectSigningAlg === "RS256"
    ? fault("which RS256 is too weak for")
    : undefined;
};

const checkContacts: Check = ({ contacts = [] }) => {
  if (contacts.length > MAX_CONTACTS) return ["contacts", `are more than ${MAX_CONTACTS}`];
  const isText = (text: string): boolean =>
    !isLongerThan(text, MAX_CONTACT) && isVisible(text) && !hasControls(text);
  return contacts.every(isText)
    ? undefined
    : ["contacts", `has a text that is empty, has controls, or is longer than ${MAX_CONTACT}`];
};

const checkSoftware: Check = ({ softwareId, softwareVersion }) => {
  const isWrong = (text: string | undefined): boolean =>
    text !== undefined && (isLongerThan(text, MAX_SOFTWARE) || hasControls(text));
  const description = `has controls, or is longer than ${MAX_SOFTWARE} characters`;
  if (isWrong(softwareId)) return ["software_id", description];
  return isWrong(softwareVersion) ? ["software_version", description] : undefined;
};

const checkDetailTypes: Check = ({ authorizationDetailsTypes: types = [] }) =>
  types.length <= MAX_DETAIL_TYPES && types.every(isDetailName)
    ? undefined
    : ["authorization_details_types", `must be at most ${MAX_DETAIL_TYPES} names of types`];

const checkMaxAge: Check = ({ defaultMaxAge }) =>
  defaultMaxAge === undefined ||
  (Number.isInteger(defaultMaxAge) && defaultMaxAge >= 0 && defaultMaxAge <= MAX_SECONDS)
    ? undefined
    : ["default_max_age", `must be a number of seconds from 0 to ${MAX_SECONDS}`];

const CHECKS: readonly Check[] = [
  oneOf("application_type", (each) => each.applicationType, APPLICATION_TYPES),
  checkApplicationType,
  oneOf(
    "token_endpoint_auth_method",
    (each) => each.tokenEndpointAuthMethod,
    CLIENT_AUTHENTICATION_METHODS,
  ),
  checkAuthentication,
  checkKeys,
  uri("jwks_uri", (each) => each.jwksUri, CALLED),
  oneOf(
    "id_token_signed_response_alg",
    (each) => each.idTokenSignedResponseAlg,
    SIGNING_ALGORITHMS,
  ),
  oneOf(
    "userinfo_signed_response_alg",
    (each) => each.userinfoSignedResponseAlg,
    SIGNING_ALGORITHMS,
  ),
  oneOf("request_object_signing_alg", (each) => each.requestObjectSigningAlg, CLIENT_ALGORITHMS),
  oneOf("subject_type", (each) => each.subjectType, SUBJECT_TYPES),
  uri("sector_identifier_uri", (each) => each.sectorIdentifierUri, CALLED),
  checkSector,
  checkPostLogout,
  uri("backchannel_logout_uri", (each) => each.backchannelLogoutUri, CALLED),
  uri("client_uri", (each) => each.clientUri, SHOWN),
  uri("logo_uri", (each) => each.logoUri, SHOWN),
  uri("policy_uri", (each) => each.policyUri, SHOWN),
  uri("tos_uri", (each) => each.tosUri, SHOWN),
  // OpenID Connect Core section 4: the address must be https.
  uri("initiate_login_uri", (each) => each.initiateLoginUri, { loopback: false, fragment: false }),
  checkContacts,
  checkMaxAge,
  oneOf("security_profile", (each) => each.securityProfile, SECURITY_PROFILES),
  checkProfile,
  checkSoftware,
  checkDetailTypes,
];
