// The first schema. It has no foreign keys, because rows of different aggregates may be on
// different shards.
import type { Database } from "../../database.ts";
import type { Engine, TableDefinition } from "../../engine.ts";
import type { Tables } from "../../schema.ts";

const ID = "text(64)";
/** SHA-256 in base64url. */
const HASH = "text(43)";
/** 64 bits as decimal text: see schema.ts. */
const BIG_NUMBER = "text(20)";
const API = "text(32)";

const TABLES: Partial<Record<keyof Tables, TableDefinition>> = {
  users: {
    columns: {
      id: ID,
      realm: "text(32)",
      username: "text(128)",
      email: "text(320)",
      email_key: "text(320)",
      username_claim: "text(128)?",
      email_claim: "text(320)?",
      acc_id: "text(255)",
      password_hash: "text(255)",
      locked: "integer",
      lock_reason: "text(1024)",
      lock_until: "integer?",
      developer: "integer",
      epoch: "integer",
      deleted_at: "integer?",
      created_at: "integer",
      updated_at: "integer",
    },
    primaryKey: ["id"],
    unique: {
      users_email_claim: ["realm", "email_claim"],
      users_username_claim: ["realm", "username_claim"],
    },
    indexes: { users_realm: ["realm", "id"], users_deleted: ["deleted_at"] },
  },
  devices: {
    columns: {
      user_id: ID,
      gaid: "text(255)",
      bundle: "text(255)",
      os_int: BIG_NUMBER,
      sdk_version: "text(255)",
      seen_at: "integer",
    },
    primaryKey: ["user_id", "gaid"],
  },
  sessions: {
    columns: {
      id: ID,
      user_id: ID,
      epoch: "integer",
      api: API,
      token_hash: HASH,
      user_agent: "text(1024)",
      address: "text(64)",
      created_at: "integer",
      last_used_at: "integer",
      expires_at: "integer",
    },
    primaryKey: ["id"],
    unique: { sessions_token: ["token_hash"] },
    indexes: { sessions_user: ["user_id", "id"], sessions_expiry: ["expires_at"] },
  },
  groups: {
    columns: {
      id: "integer",
      name: "text(255)",
      vk_group_id: BIG_NUMBER,
      removals: "integer",
      created_at: "integer",
    },
    primaryKey: ["id"],
  },
  group_members: {
    columns: { group_id: "integer", user_id: ID, role: "text(32)", created_at: "integer" },
    primaryKey: ["group_id", "user_id"],
    indexes: { group_members_user: ["user_id", "group_id"] },
  },
  clients: {
    columns: {
      id: ID,
      name: "text(255)",
      owner_id: `${ID}?`,
      public: "integer",
      grant_types: "text",
      scopes: "text",
      redirect_uris: "text",
      apis: "text",
      secret_version: "integer",
      created_at: "integer",
      updated_at: "integer",
    },
    primaryKey: ["id"],
    indexes: { clients_owner: ["owner_id", "id"] },
  },
  client_secrets: {
    columns: {
      client_id: ID,
      version: "integer",
      hash: "text(255)",
      created_at: "integer",
      expires_at: "integer?",
    },
    primaryKey: ["client_id", "version"],
    indexes: { client_secrets_hash: ["hash"], client_secrets_expiry: ["expires_at"] },
  },
  grants: {
    columns: {
      id: ID,
      user_id: ID,
      client_id: ID,
      group_id: "integer",
      scopes: "text",
      created_at: "integer",
      last_used_at: "integer",
    },
    primaryKey: ["id"],
    unique: { grants_parties: ["user_id", "client_id", "group_id"] },
    indexes: { grants_client: ["client_id"] },
  },
  codes: {
    columns: {
      hash: HASH,
      family_id: ID,
      grant_id: ID,
      client_id: ID,
      user_id: ID,
      epoch: "integer",
      api: API,
      scopes: "text",
      redirect_uri: "text",
      code_challenge: "text(128)",
      group_id: "integer",
      created_at: "integer",
      expires_at: "integer",
      used_at: "integer?",
    },
    primaryKey: ["hash"],
    indexes: { codes_user: ["user_id"], codes_client: ["client_id"], codes_expiry: ["expires_at"] },
  },
  access_tokens: {
    columns: {
      hash: HASH,
      client_id: ID,
      user_id: `${ID}?`,
      epoch: "integer",
      grant_id: `${ID}?`,
      family_id: `${ID}?`,
      api: API,
      scopes: "text",
      group_id: "integer",
      created_at: "integer",
      last_used_at: "integer",
      expires_at: "integer?",
    },
    primaryKey: ["hash"],
    indexes: {
      access_tokens_user: ["user_id"],
      access_tokens_client: ["client_id"],
      access_tokens_family: ["family_id"],
      access_tokens_expiry: ["expires_at"],
    },
  },
  refresh_tokens: {
    columns: {
      hash: HASH,
      family_id: ID,
      grant_id: ID,
      client_id: ID,
      user_id: ID,
      epoch: "integer",
      api: API,
      scopes: "text",
      group_id: "integer",
      created_at: "integer",
      expires_at: "integer",
      idle_expires_at: "integer",
      used_at: "integer?",
      removable_at: "integer",
    },
    primaryKey: ["hash"],
    indexes: {
      refresh_tokens_user: ["user_id"],
      refresh_tokens_client: ["client_id"],
      refresh_tokens_family: ["family_id"],
      refresh_tokens_removal: ["removable_at"],
    },
  },
  signing_keys: {
    columns: {
      kid: ID,
      public_jwk: "text",
      sealed_jwk: "text",
      first_claim: "integer?",
      created_at: "integer",
      retired_at: "integer?",
    },
    primaryKey: ["kid"],
    unique: { signing_keys_first: ["first_claim"] },
  },
  attempts: {
    columns: { key_hash: HASH, tries: "integer", ends_at: "integer" },
    primaryKey: ["key_hash"],
    indexes: { attempts_end: ["ends_at"] },
  },
  password_checks: {
    columns: { user_id: ID, network: "text(64)", passed_at: "integer" },
    primaryKey: ["user_id", "network"],
    indexes: { password_checks_passed: ["passed_at"] },
  },
  audit_events: {
    columns: {
      id: ID,
      at: "integer",
      type: "text(64)",
      succeeded: "integer",
      actor: "text(128)",
      user_id: `${ID}?`,
      client_id: `${ID}?`,
      address: "text(64)",
      details: "text",
    },
    primaryKey: ["id"],
    indexes: { audit_events_user: ["user_id", "id"] },
  },
};

export async function migrate0001(db: Database, engine: Engine): Promise<void> {
  for (const [name, table] of Object.entries(TABLES))
    await engine.createTable(db, name as keyof Tables, table);
}
