import { CLIENT_AUTHENTICATION_METHODS } from "../../domain/oauth/clients/client-authentication.ts";
import type { SettingTexts } from "../../domain/oauth/clients/settings/setting-texts.ts";
import { CLIENT_ALGORITHMS } from "../../domain/oauth/proofs/algorithms.ts";
import { SIGNING_ALGORITHMS } from "../../domain/oauth/tokens/jwt-signer.ts";
import type { ApplicationShape } from "./kinds.ts";

/** The fields of the form, by the names of client metadata. */
export const SETTINGS_FIELD_NAMES = [
  "id_token_signed_response_alg",
  "userinfo_signed_response_alg",
  "subject_type",
  "sector_identifier_uri",
  "default_max_age",
  "initiate_login_uri",
  "require_auth_time",
  "token_endpoint_auth_method",
  "jwks",
  "jwks_uri",
  "request_object_signing_alg",
  "post_logout_redirect_uris",
  "backchannel_logout_uri",
  "backchannel_logout_session_required",
  "require_pushed_authorization_requests",
  "dpop_bound_access_tokens",
  "security_profile",
  "authorization_details_types",
  "client_uri",
  "logo_uri",
  "policy_uri",
  "tos_uri",
  "contacts",
  "software_id",
  "software_version",
] as const;
export type SettingsFieldName = (typeof SETTINGS_FIELD_NAMES)[number];

/** The parts of the form. */
export type SettingsGroup = "signIn" | "keys" | "logout" | "security" | "about";

/** One field: how it is filled in, and which applications need it. */
export interface SettingsField {
  readonly name: SettingsFieldName;
  readonly control:
    | { readonly type: "text" }
    | { readonly type: "lines"; readonly rows: number }
    | { readonly type: "tick"; readonly value: string }
    | { readonly type: "choice"; readonly values: readonly string[] };
  readonly isFor: (shape: ApplicationShape) => boolean;
}

type Control = SettingsField["control"];
type Needs = SettingsField["isFor"];

const text: Control = { type: "text" };
const lines = (rows: number): Control => ({ type: "lines", rows });
const tick = (value = "on"): Control => ({ type: "tick", value });
const choice = (values: readonly string[]): Control => ({ type: "choice", values });

const users: Needs = ({ hasUsers }) => hasUsers;
const redirects: Needs = ({ hasRedirects }) => hasRedirects;
const confidential: Needs = ({ isPublic }) => !isPublic;
const both =
  (one: Needs, other: Needs): Needs =>
  (shape) =>
    one(shape) && other(shape);
const every: Needs = () => true;
/** What a program says of itself: it is shown if there is any. */
const none: Needs = () => false;

const field = (name: SettingsFieldName, control: Control, isFor: Needs): SettingsField => ({
  name,
  control,
  isFor,
});

const METHODS = CLIENT_AUTHENTICATION_METHODS.filter((method) => method !== "none");

const GROUPS: Readonly<Record<SettingsGroup, readonly SettingsField[]>> = {
  signIn: [
    field("id_token_signed_response_alg", choice(SIGNING_ALGORITHMS), users),
    field("userinfo_signed_response_alg", choice(SIGNING_ALGORITHMS), users),
    field("subject_type", choice(["pairwise"]), users),
    field("sector_identifier_uri", text, users),
    field("default_max_age", text, redirects),
    field("initiate_login_uri", text, redirects),
    field("require_auth_time", tick(), users),
  ],
  keys: [
    field("token_endpoint_auth_method", choice(METHODS), confidential),
    field("jwks", lines(4), confidential),
    field("jwks_uri", text, confidential),
    field("request_object_signing_alg", choice(CLIENT_ALGORITHMS), both(confidential, redirects)),
  ],
  logout: [
    field("post_logout_redirect_uris", lines(2), redirects),
    field("backchannel_logout_uri", text, both(confidential, users)),
    field("backchannel_logout_session_required", tick(), both(confidential, users)),
  ],
  security: [
    field("require_pushed_authorization_requests", tick(), redirects),
    field("dpop_bound_access_tokens", tick(), every),
    field("security_profile", tick("fapi2"), confidential),
    field("authorization_details_types", lines(2), every),
  ],
  about: [
    field("client_uri", text, users),
    field("logo_uri", text, users),
    field("policy_uri", text, users),
    field("tos_uri", text, users),
    field("contacts", lines(2), every),
    field("software_id", text, none),
    field("software_version", text, none),
  ],
};

/** Returns the groups and their fields for an application: what it needs, and what it has. */
export const settingsGroups = (
  shape: ApplicationShape,
  stored: SettingTexts,
): readonly { readonly group: SettingsGroup; readonly fields: readonly SettingsField[] }[] =>
  (Object.keys(GROUPS) as SettingsGroup[])
    .map((group) => ({
      group,
      fields: GROUPS[group].filter(({ name, isFor }) => isFor(shape) || stored[name] !== ""),
    }))
    .filter(({ fields }) => fields.length > 0);
