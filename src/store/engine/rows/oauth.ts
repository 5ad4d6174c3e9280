// Rows of clients, of what users let them do, and of tokens.

export interface ClientTable {
  id: string;
  name: string;
  owner_id: string | null;
  public: number;
  grant_types: string;
  scopes: string;
  redirect_uris: string;
  apis: string;
  /** Null in rows of an older program. */
  allowed_origins: string | null;
  /** 1: the client may ask for codes without PKCE. */
  pkce_optional: number;
  secret_version: number;
  created_at: number;
  updated_at: number;
  /** When an administrator verified it; null: never, or no longer. */
  verified_at: number | null;
  /** When an administrator switched it off; null: it works. */
  disabled_at: number | null;
  disable_reason: string;
  /** JSON; null: none. */
  settings: string | null;
  /** Of the token of a client that registered itself; null: another caller registered it. */
  registration_hash: string | null;
  /** From then on such a client is deleted, if its access is unused. */
  expires_at: number | null;
}

export interface ClientOriginTable {
  origin: string;
  client_id: string;
}

export interface ApiRequestTable {
  client_id: string;
  api: string;
  created_at: number;
}

export interface ClientSecretTable {
  client_id: string;
  version: number;
  hash: string;
  created_at: number;
  expires_at: number | null;
  /** A secret that another server made, encrypted; null for ours. */
  sealed: string | null;
}

export interface GrantTable {
  id: string;
  user_id: string;
  client_id: string;
  group_id: number;
  scopes: string;
  lifetime_ms: number | null;
  created_at: number;
  last_used_at: number;
}

export interface CodeTable {
  hash: string;
  family_id: string;
  grant_id: string;
  client_id: string;
  user_id: string;
  epoch: number;
  api: string;
  scopes: string;
  redirect_uri: string;
  code_challenge: string;
  lifetime_ms: number | null;
  group_id: number;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  /** JSON; null: none. */
  terms: string | null;
}

export interface AccessTokenTable {
  hash: string;
  client_id: string;
  user_id: string | null;
  epoch: number;
  grant_id: string | null;
  family_id: string | null;
  api: string;
  scopes: string;
  group_id: number;
  created_at: number;
  last_used_at: number;
  expires_at: number | null;
  acts: number;
  terms: string | null;
  /** The user, or the hash of a token without one; null in rows of an older program. */
  shard_key: string | null;
}

export interface RefreshTokenTable {
  hash: string;
  family_id: string;
  grant_id: string;
  client_id: string;
  user_id: string;
  epoch: number;
  api: string;
  scopes: string;
  group_id: number;
  created_at: number;
  expires_at: number;
  idle_expires_at: number;
  used_at: number | null;
  /**
   * While unused, the end of its idle time. Once used, the end of the family, until which a second
   * use must be detected.
   */
  removable_at: number;
  terms: string | null;
}

export interface ResourceTable {
  id: string;
  /** The SHA-256 of the form of the URI that is compared. */
  digest: string;
  uri: string;
  name: string;
  /** JSON. */
  scopes: string;
  token_format: string;
  token_lifetime_ms: number;
  introspectors: string;
  machine_clients: string;
  /** JSON; null for none. */
  detail_types: string | null;
  created_at: number;
  updated_at: number;
}

/** `signing_keys` has the keys of ES256, `rsa_signing_keys` those of RS256. */
export interface SigningKeyTable {
  kid: string;
  public_jwk: string;
  sealed_jwk: string;
  /** 1 on the key that claimed to be the first, otherwise null: unique. */
  first_claim: number | null;
  created_at: number;
  retired_at: number | null;
}

export interface PushedRequestTable {
  hash: string;
  client_id: string;
  /** A JSON list of pairs. */
  parameters: string;
  created_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface AnswerTable {
  id: string;
  request: string;
  /** The first part of the text, and the second. */
  sealed: string;
  sealed_rest: string;
  expires_at: number;
}
