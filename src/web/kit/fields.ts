// Every name that forms and addresses may use, and how long its value may be. Inputs are rendered
// and requests are read by this table.
import { IdentityError } from "../../domain/errors.ts";
import { MAX_LETTER_TEXT, MAX_SUBJECT } from "../../domain/branding/letter-texts.ts";
import { MAX_LINK } from "../../domain/branding/links.ts";
import { MAX_LOGO_BYTES } from "../../domain/branding/logo.ts";
import { canonicalId } from "../../domain/ids.ts";
import { isLongerThan } from "../../domain/text.ts";
import { MAX_LOCK_REASON } from "../../domain/accounts/lock-reason.ts";
import { PROFILE_LIMITS } from "../../domain/accounts/attributes/profile-rules.ts";
import { MAX_NAME } from "../../domain/accounts/usernames.ts";
import { MAX_NAME_CHARACTERS, MAX_REDIRECT_URIS } from "../../domain/oauth/clients/client-rules.ts";
import { MAX_ORIGIN_CHARACTERS, MAX_ORIGINS } from "../../domain/oauth/clients/origins.ts";
import { CLIENT_SCOPES, USER_SCOPES } from "../../domain/oauth/clients/scopes.ts";
import { MAX_KEYS_CHARACTERS } from "../../domain/oauth/clients/settings/public-keys.ts";
import {
  MAX_CONTACT,
  MAX_CONTACTS,
  MAX_POST_LOGOUT_URIS,
  MAX_SOFTWARE,
} from "../../domain/oauth/clients/settings/settings-rules.ts";
import { MAX_SETTINGS_URI } from "../../domain/oauth/clients/settings/settings-uris.ts";
import { MAX_DETAIL_TYPES_BYTES } from "../../domain/oauth/details/check-detail-types.ts";
import {
  MAX_RESOURCE_CLIENTS,
  MAX_RESOURCE_SCOPES,
  MAX_RESOURCE_URI,
  MAX_SCOPE_NAME,
  MAX_SCOPE_TEXT,
} from "../../domain/oauth/resources/check-resource.ts";
import { MAX_PASSWORD_BYTES } from "../../domain/passwords/policy.ts";
import { APIS } from "../request/dependencies.ts";

/** The limit of a value. */
export interface FieldLimit {
  readonly most: number;
  readonly unit: "characters" | "bytes";
}

const characters = (most: number): FieldLimit => ({ most, unit: "characters" });
const bytes = (most: number): FieldLimit => ({ most, unit: "bytes" });

/** RFC 5321 section 4.5.3.1.3. */
const ADDRESS = bytes(254);
/** An id or a number. */
const ID = bytes(128);
/** A page token. */
const PLACE = bytes(2048);
/** One of a fixed set of words. */
const WORD = bytes(64);
const TICK = bytes(8);

/** Values that users type: the page of the form shows what is wrong with them. */
const WRITTEN: Readonly<Record<string, FieldLimit>> = {
  email: ADDRESS,
  identifier: characters(320),
  known: ADDRESS,
  username: characters(MAX_NAME),
  name: characters(MAX_NAME_CHARACTERS),
  password: bytes(MAX_PASSWORD_BYTES),
  current_password: bytes(MAX_PASSWORD_BYTES),
  confirm_password: bytes(MAX_PASSWORD_BYTES),
  new_password: bytes(MAX_PASSWORD_BYTES),
  allowed_origins: bytes(MAX_ORIGINS * (MAX_ORIGIN_CHARACTERS + 2)),
  redirect_uris: bytes(MAX_REDIRECT_URIS * 2050),
  reason: characters(MAX_LOCK_REASON),
  acc_id: characters(255),
  full_name: characters(PROFILE_LIMITS.name),
  given_name: characters(PROFILE_LIMITS.givenName),
  family_name: characters(PROFILE_LIMITS.familyName),
  picture: characters(PROFILE_LIMITS.picture),
  locale: characters(PROFILE_LIMITS.locale),
  zoneinfo: characters(PROFILE_LIMITS.zoneinfo),
  phone_number: characters(PROFILE_LIMITS.phoneNumber),
  formatted_address: characters(PROFILE_LIMITS.formattedAddress),
  street_address: characters(PROFILE_LIMITS.streetAddress),
  locality: characters(PROFILE_LIMITS.locality),
  region: characters(PROFILE_LIMITS.region),
  postal_code: characters(PROFILE_LIMITS.postalCode),
  country: characters(PROFILE_LIMITS.country),
  text: characters(320),
  contains: characters(320),
  owner: characters(320),
  realm: characters(32),
  actor: bytes(256),
  from: bytes(32),
  until: bytes(32),
  color: bytes(16),
  color_dark: bytes(16),
  // A file as base64url.
  logo: bytes(Math.ceil((MAX_LOGO_BYTES * 4) / 3)),
  terms: characters(MAX_LINK),
  privacy: characters(MAX_LINK),
  imprint: characters(MAX_LINK),
  support: characters(MAX_LINK),
  subject: characters(MAX_SUBJECT),
  user_code: characters(32),
  uri: characters(MAX_RESOURCE_URI),
  resource_scopes: characters(MAX_RESOURCE_SCOPES * (MAX_SCOPE_NAME + 3 * MAX_SCOPE_TEXT + 10)),
  lifetime_minutes: characters(16),
  introspectors: characters(MAX_RESOURCE_CLIENTS * 130),
  machine_clients: characters(MAX_RESOURCE_CLIENTS * 130),
  detail_types: characters(MAX_DETAIL_TYPES_BYTES),
  paragraphs: characters(MAX_LETTER_TEXT),
  // A set of keys may have been indented.
  jwks: bytes(2 * MAX_KEYS_CHARACTERS),
  jwks_uri: characters(MAX_SETTINGS_URI),
  sector_identifier_uri: characters(MAX_SETTINGS_URI),
  initiate_login_uri: characters(MAX_SETTINGS_URI),
  backchannel_logout_uri: characters(MAX_SETTINGS_URI),
  post_logout_redirect_uris: bytes(MAX_POST_LOGOUT_URIS * (MAX_SETTINGS_URI + 2)),
  client_uri: characters(MAX_SETTINGS_URI),
  logo_uri: characters(MAX_SETTINGS_URI),
  policy_uri: characters(MAX_SETTINGS_URI),
  tos_uri: characters(MAX_SETTINGS_URI),
  contacts: characters(MAX_CONTACTS * (MAX_CONTACT + 2)),
  authorization_details_types: characters(20 * 130),
  default_max_age: characters(16),
  software_id: characters(MAX_SOFTWARE),
  software_version: characters(MAX_SOFTWARE),
};

/** Values that users choose and hidden values: a request with one that is too long is refused. */
const GIVEN: Readonly<Record<string, FieldLimit>> = {
  answer: WORD,
  acts_for_itself: TICK,
  api: WORD,
  backchannel_logout_session_required: TICK,
  dpop_bound_access_tokens: TICK,
  id_token_signed_response_alg: WORD,
  request_object_signing_alg: WORD,
  require_auth_time: TICK,
  require_pushed_authorization_requests: TICK,
  security_profile: WORD,
  subject_type: WORD,
  token_endpoint_auth_method: WORD,
  userinfo_signed_response_alg: WORD,
  developer: TICK,
  by: WORD,
  days: TICK,
  hours: TICK,
  kind: WORD,
  letter_language: WORD,
  remove_logo: TICK,
  lang: WORD,
  outcome: WORD,
  phone_number_verified: TICK,
  pkce_optional: TICK,
  overlap: TICK,
  role: WORD,
  source: WORD,
  token_format: WORD,
  type: WORD,
  which: WORD,
  ...Object.fromEntries(
    [
      ...[...USER_SCOPES, ...CLIENT_SCOPES].map((scope) => `scope_${scope}`),
      ...APIS.map((api) => `api_${api}`),
    ].map((name) => [name, TICK]),
  ),
  form_token: ID,
  request: bytes(8192),
  decision: bytes(16_384),
  offer: bytes(1024),
  registration: bytes(1024),
  return: bytes(4096),
  token: ID,
  notice: WORD,
  order: WORD,
  status: WORD,
  verification: WORD,
  version: WORD,
  id: ID,
  user: ID,
  client: ID,
  session: ID,
  grant: ID,
  group_id: ID,
  page: PLACE,
  sessions: PLACE,
  grants: PLACE,
  groups: PLACE,
  clients: PLACE,
  invitations: PLACE,
  // Parameters of authorization requests; the flow has its own limits for them. Others of them,
  // such as `state`, must not be in this table.
  secret_id: bytes(8192),
  redirect_uri: bytes(8192),
};

/** Pages don't read other names. */
export const FIELDS: Readonly<Record<string, FieldLimit>> = { ...WRITTEN, ...GIVEN };

/** Returns the limit of a name; undefined for unknown names. */
export const limitOf = (name: string): FieldLimit | undefined =>
  Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;

const isTooLong = (value: string, { most, unit }: FieldLimit): boolean =>
  unit === "characters"
    ? isLongerThan(value, most)
    : value.length > most || Buffer.byteLength(value) > most;

/** The names of ids, which may be UUIDs in upper case. */
const IDS: ReadonlySet<string> = new Set(["id", "user", "client", "session", "grant"]);

/** The parameters that pages may read. */
export interface Readable {
  readonly pairs: readonly (readonly [string, string])[];
  /** The names whose values are too long; `pairs` doesn't contain them. */
  readonly tooLong: ReadonlySet<string>;
}

export function readable(pairs: readonly (readonly [string, string])[]): Readable {
  const tooLong = new Set<string>();
  const kept = pairs.filter(([name, value]) => {
    const limit = limitOf(name);
    if (limit === undefined) return false;
    if (!isTooLong(value, limit)) return true;
    tooLong.add(name);
    return false;
  });
  return {
    pairs: kept.map(([name, value]) => [name, IDS.has(name) ? canonicalId(value) : value]),
    tooLong,
  };
}

/** The name of the rule in the details of the error. */
const RULE = "max_length";

/** Creates the error for a value that is too long. */
export const tooLongField = (name: string): IdentityError =>
  new IdentityError("FIELD_INVALID", "A field is too long.", {
    fields: [{ field: name, description: "is too long", rule: RULE }],
  });

/** Rejects values that are too long and that no user typed. */
export function requireGiven(tooLong: ReadonlySet<string>): void {
  for (const name of tooLong) if (!Object.hasOwn(WRITTEN, name)) throw tooLongField(name);
}

/** Returns the name of the field that is too long; undefined for other errors. */
export function tooLongName(error: unknown): string | undefined {
  const field =
    error instanceof IdentityError && error.reason === "FIELD_INVALID"
      ? error.details.fields?.[0]
      : undefined;
  return field?.rule === RULE ? field.field : undefined;
}
