import type { FieldMask } from "@bufbuild/protobuf/wkt";
import { ClientSettingsSchema } from "../../../gen/identity/v1/client_settings_pb.ts";
import type { Client } from "../../../gen/identity/v1/oauth_pb.ts";
import type { ClientSettings } from "../../domain/oauth/clients/client-settings.ts";
import type { ClientUpdate } from "../../domain/oauth/clients/clients.ts";
import { fromClientSettings } from "./client-settings.ts";
import { maskedFields } from "./field-mask.ts";

/** The members of the settings by their paths in a mask: `settings.jwks_uri`. */
const SETTINGS_PATHS = new Map(
  ClientSettingsSchema.fields.map(
    ({ name, localName }) => [`settings.${name}`, localName as keyof ClientSettings] as const,
  ),
);

/** Converts an UpdateClient request to the change that its mask names. */
export function clientChangeOf(
  client: Client | undefined,
  updateMask: FieldMask | undefined,
): ClientUpdate {
  const {
    name = "",
    grantTypes = [],
    scopes = [],
    redirectUris = [],
    apis = [],
    allowedOrigins = [],
    pkceOptional = false,
    settings,
  } = client ?? {};
  const members = [...SETTINGS_PATHS.keys()].filter((path) => updateMask?.paths.includes(path));
  const fields: ReadonlySet<string> = maskedFields(updateMask, {
    name,
    grant_types: grantTypes,
    scopes,
    redirect_uris: redirectUris,
    apis,
    allowed_origins: allowedOrigins,
    pkce_optional: pkceOptional,
    settings,
    ...Object.fromEntries(members.map((path) => [path, settings])),
  });
  const given = fromClientSettings(settings);
  return {
    name: fields.has("name") ? name : undefined,
    grantTypes: fields.has("grant_types") ? grantTypes : undefined,
    scopes: fields.has("scopes") ? scopes : undefined,
    redirectUris: fields.has("redirect_uris") ? redirectUris : undefined,
    apis: fields.has("apis") ? apis : undefined,
    allowedOrigins: fields.has("allowed_origins") ? allowedOrigins : undefined,
    pkceOptional: fields.has("pkce_optional") ? pkceOptional : undefined,
    settings: fields.has("settings") ? given : undefined,
    changedSettings:
      fields.has("settings") || members.length === 0
        ? undefined
        : Object.fromEntries(
            members.map((path) => SETTINGS_PATHS.get(path)!).map((name) => [name, given[name]]),
          ),
  };
}
