// Converts clients and their secrets to rows and back.
import type { Client, ClientSecret } from "../../../domain/model.ts";
import type { Tables } from "../../engine/schema.ts";
import { type ClientSettings, NO_SETTINGS } from "../../../domain/oauth/clients/client-settings.ts";
import { fromList, toList } from "../json-list.ts";
import { fromValue, toValue } from "../json-value.ts";

export const fromClient = (client: Client): Tables["clients"] => ({
  id: client.id,
  name: client.name,
  owner_id: client.ownerId ?? null,
  public: Number(client.public),
  grant_types: fromList(client.grantTypes),
  scopes: fromList(client.scopes),
  redirect_uris: fromList(client.redirectUris),
  apis: fromList(client.apis),
  allowed_origins: fromList(client.allowedOrigins),
  pkce_optional: Number(client.pkceOptional),
  secret_version: client.secretVersion,
  created_at: client.createdAt,
  updated_at: client.updatedAt,
  verified_at: client.verifiedAt ?? null,
  disabled_at: client.disabledAt ?? null,
  disable_reason: client.disableReason ?? "",
  settings: fromValue(client.settings),
  registration_hash: client.registration?.tokenHash ?? null,
  expires_at: client.registration?.expiresAt ?? null,
});

export const clientFromRow = (row: Tables["clients"]): Client => ({
  id: row.id,
  name: row.name,
  ownerId: row.owner_id ?? undefined,
  public: row.public === 1,
  grantTypes: toList(row.grant_types),
  scopes: toList(row.scopes),
  redirectUris: toList(row.redirect_uris),
  apis: toList(row.apis),
  allowedOrigins: toList(row.allowed_origins ?? "[]"),
  pkceOptional: row.pkce_optional === 1,
  settings: toValue<ClientSettings>(row.settings) ?? NO_SETTINGS,
  secretVersion: row.secret_version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  verifiedAt: row.verified_at ?? undefined,
  disabledAt: row.disabled_at ?? undefined,
  disableReason: row.disable_reason === "" ? undefined : row.disable_reason,
  ...(row.registration_hash !== null && {
    registration: { tokenHash: row.registration_hash, expiresAt: row.expires_at ?? 0 },
  }),
});

export const fromSecret = (secret: ClientSecret): Tables["client_secrets"] => ({
  client_id: secret.clientId,
  version: secret.version,
  hash: secret.hash,
  created_at: secret.createdAt,
  expires_at: secret.expiresAt ?? null,
  sealed: secret.sealed ?? null,
});

export const toSecret = (row: Tables["client_secrets"]): ClientSecret => ({
  clientId: row.client_id,
  version: row.version,
  hash: row.hash,
  createdAt: row.created_at,
  expiresAt: row.expires_at ?? undefined,
  ...(row.sealed !== null && { sealed: row.sealed }),
});
