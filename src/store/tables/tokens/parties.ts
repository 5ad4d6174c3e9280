// The user and the client of a code or a refresh token, joined to it by their primary keys.
import type { FoundToken, KnownClient, CurrentParties } from "../../../domain/oauth/store.ts";
import { type ClientSettings, NO_SETTINGS } from "../../../domain/oauth/clients/client-settings.ts";
import { toList } from "../json-list.ts";
import { toValue } from "../json-value.ts";
import { stateOf, userFromRow, USER_COLUMNS, type UserRow } from "../users/user-row.ts";

/** The user's state, the client, and one of the client's secrets. */
export const PARTY_COLUMNS = [
  "users.epoch as p_epoch",
  "users.realm as p_realm",
  "users.locked as p_locked",
  "users.lock_until as p_lock_until",
  "users.deleted_at as p_deleted_at",
  "clients.id as p_client",
  "clients.public as p_public",
  "clients.grant_types as p_grant_types",
  "clients.scopes as p_scopes",
  "clients.apis as p_apis",
  "clients.redirect_uris as p_redirect_uris",
  "clients.disabled_at as p_disabled_at",
  "clients.settings as p_settings",
  "client_secrets.hash as p_secret",
  "client_secrets.expires_at as p_secret_expires_at",
  "client_secrets.version as p_secret_version",
] as const;

interface PartyRow {
  readonly p_epoch: number | null;
  readonly p_realm: string | null;
  readonly p_locked: number | null;
  readonly p_lock_until: number | null;
  readonly p_deleted_at: number | null;
  readonly p_client: string | null;
  readonly p_public: number | null;
  readonly p_grant_types: string | null;
  readonly p_scopes: string | null;
  readonly p_apis: string | null;
  readonly p_redirect_uris: string | null;
  readonly p_disabled_at: number | null;
  readonly p_settings: string | null;
  readonly p_secret: string | null;
  readonly p_secret_expires_at: number | null;
  readonly p_secret_version: number | null;
}

/** Returns the parties; there is a row for each secret of the client. */
export function toParties(rows: readonly PartyRow[]): CurrentParties {
  const [row] = rows;
  return { user: row && userOf(row), client: row && clientOf(row, rows) };
}

function userOf(row: PartyRow): CurrentParties["user"] {
  if (row.p_epoch === null || row.p_realm === null) return undefined;
  return {
    epoch: row.p_epoch,
    realm: row.p_realm,
    state: stateOf(row.p_deleted_at, row.p_locked),
    lockUntil: row.p_lock_until ?? undefined,
  };
}

function clientOf(row: PartyRow, rows: readonly PartyRow[]): KnownClient | undefined {
  if (row.p_client === null) return undefined;
  return {
    client: {
      id: row.p_client,
      public: row.p_public === 1,
      grantTypes: toList(row.p_grant_types ?? "[]"),
      scopes: toList(row.p_scopes ?? "[]"),
      apis: toList(row.p_apis ?? "[]"),
      redirectUris: toList(row.p_redirect_uris ?? "[]"),
      disabledAt: row.p_disabled_at ?? undefined,
      settings: toValue<ClientSettings>(row.p_settings) ?? NO_SETTINGS,
    },
    secrets: rows.flatMap((each) =>
      each.p_secret === null
        ? []
        : [
            {
              hash: each.p_secret,
              expiresAt: each.p_secret_expires_at ?? undefined,
              version: each.p_secret_version ?? 0,
            },
          ],
    ),
  };
}

/** The whole user, and what its client may do. */
export const OWNER_COLUMNS = [
  ...USER_COLUMNS,
  "clients.scopes as o_scopes",
  "clients.apis as o_apis",
  "clients.disabled_at as o_disabled_at",
] as const;

type OwnerRow = { readonly [Column in keyof UserRow]: UserRow[Column] | null } & {
  readonly o_scopes: string | null;
  readonly o_apis: string | null;
  readonly o_disabled_at: number | null;
};

/** Returns the user and the client, each if there is one. */
export function toOwners(row: OwnerRow): Omit<FoundToken<never>, "token"> {
  const { o_scopes: scopes, o_apis: apis, o_disabled_at: disabledAt } = row;
  return {
    user: isUser(row) ? userFromRow(row) : undefined,
    client:
      scopes === null || apis === null
        ? undefined
        : { scopes: toList(scopes), apis: toList(apis), disabledAt: disabledAt ?? undefined },
  };
}

const isUser = (row: { [Column in keyof UserRow]: UserRow[Column] | null }): row is UserRow =>
  row.u_id !== null;
