// Converts settings to client metadata as RFC 7591 writes it, and back.
import { invalidField } from "../../../errors.ts";
import type { ClientSettings } from "../client-settings.ts";

type Kind = "text" | "flag" | "number" | "texts" | "keys";

type Members = {
  readonly [Name in keyof ClientSettings]-?: readonly [name: string, kind: Kind];
};

/** The members of the settings: their names in the metadata, and what they hold. */
export const CLIENT_SETTINGS: Members = {
  applicationType: ["application_type", "text"],
  tokenEndpointAuthMethod: ["token_endpoint_auth_method", "text"],
  jwks: ["jwks", "keys"],
  jwksUri: ["jwks_uri", "text"],
  idTokenSignedResponseAlg: ["id_token_signed_response_alg", "text"],
  userinfoSignedResponseAlg: ["userinfo_signed_response_alg", "text"],
  requestObjectSigningAlg: ["request_object_signing_alg", "text"],
  subjectType: ["subject_type", "text"],
  sectorIdentifierUri: ["sector_identifier_uri", "text"],
  postLogoutRedirectUris: ["post_logout_redirect_uris", "texts"],
  backchannelLogoutUri: ["backchannel_logout_uri", "text"],
  backchannelLogoutSessionRequired: ["backchannel_logout_session_required", "flag"],
  clientUri: ["client_uri", "text"],
  logoUri: ["logo_uri", "text"],
  policyUri: ["policy_uri", "text"],
  tosUri: ["tos_uri", "text"],
  contacts: ["contacts", "texts"],
  initiateLoginUri: ["initiate_login_uri", "text"],
  defaultMaxAge: ["default_max_age", "number"],
  requireAuthTime: ["require_auth_time", "flag"],
  requirePushedAuthorizationRequests: ["require_pushed_authorization_requests", "flag"],
  dpopBoundAccessTokens: ["dpop_bound_access_tokens", "flag"],
  securityProfile: ["security_profile", "text"],
  authorizationDetailsTypes: ["authorization_details_types", "texts"],
  softwareId: ["software_id", "text"],
  softwareVersion: ["software_version", "text"],
};

const KINDS: Readonly<Record<Kind, { is(value: unknown): boolean; readonly fault: string }>> = {
  text: { is: (value) => typeof value === "string", fault: "is not a text" },
  flag: { is: (value) => typeof value === "boolean", fault: "is neither true nor false" },
  number: { is: Number.isSafeInteger, fault: "is not a whole number" },
  texts: {
    is: (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
    fault: "is not a list of texts",
  },
  keys: {
    is: (value) => typeof value === "object" && value !== null && "keys" in value,
    fault: "has no list of keys",
  },
};

const names = Object.keys(CLIENT_SETTINGS) as (keyof ClientSettings)[];

/** The names of all settings in client metadata. */
export const SETTINGS_MEMBERS: readonly string[] = names.map((name) => CLIENT_SETTINGS[name][0]);

/** Returns the settings as client metadata. */
export const toClientMetadata = (settings: ClientSettings): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    names
      .filter((name) => settings[name] !== undefined)
      .map((name) => [CLIENT_SETTINGS[name][0], settings[name]]),
  );

/** Returns the settings that client metadata has. `checkSettings` judges them. */
export function fromClientMetadata(metadata: Readonly<Record<string, unknown>>): ClientSettings {
  const unknown = Object.keys(metadata).find((each) => !SETTINGS_MEMBERS.includes(each));
  if (unknown !== undefined) throw invalidField("settings", "has an unknown member");
  const given = names.filter((name) => metadata[CLIENT_SETTINGS[name][0]] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const [member, kind] = CLIENT_SETTINGS[name];
      const value = metadata[member];
      if (!KINDS[kind].is(value)) throw invalidField(`settings.${member}`, KINDS[kind].fault);
      return [name, kind === "keys" ? { keys: (value as { keys: unknown }).keys } : value];
    }),
  );
}
