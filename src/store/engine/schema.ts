// The tables as Kysely sees them; migrations/ creates them. Numbers are times, counts and flags (0
// or 1). Lists are JSON. A number that may exceed 2^53 is decimal text, which both engines return
// exactly.

import type {
  CircuitTable,
  ObservedAskTable,
  ObservedCallTable,
  ObservedDifferenceTable,
  ObservedLatencyTable,
} from "../tables/predecessor/observed-rows.ts";

interface UserTable {
  id: string;
  realm: string;
  username: string;
  email: string;
  email_key: string;
  /**
   * The name and the key while the user is live and has them, otherwise null. This makes them
   * unique.
   */
  username_claim: string | null;
  email_claim: string | null;
  /**
   * The look of the name, see `lookOf`; and the same while the user is live and claims it,
   * otherwise null: unique.
   */
  username_look: string;
  look_claim: string | null;
  /** The version of the rules that made the e-mail key and the look, see user-keys.ts. */
  key_rules: number;
  acc_id: string;
  password_hash: string;
  /** 1 while locked, also for a deleted user, so that a restore doesn't unlock. */
  locked: number;
  lock_reason: string;
  lock_until: number | null;
  developer: number;
  administrator: number;
  epoch: number;
  deleted_at: number | null;
  /** 1 if the user deleted the account. */
  left_by_self: number;
  created_at: number;
  updated_at: number;
  email_verified_at: number | null;
  /** When every session that the user then had ended together; null: never. */
  access_ended_at: number | null;
  /** 1: the user chose the password here, by a change or a reset. */
  own_password: number;
  /** Counts the actions of the user and on the user, see `hold`. */
  acts: number;
}

interface DeviceTable {
  user_id: string;
  gaid: string;
  bundle: string;
  os_int: string;
  sdk_version: string;
  seen_at: number;
}

interface SessionTable {
  id: string;
  user_id: string;
  epoch: number;
  api: string;
  token_hash: string;
  user_agent: string;
  address: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  acts: number;
  /** 1: another server made the token. When such a session ends, its row stays, with epoch -1. */
  foreign_token: number;
}

interface GroupTable {
  id: number;
  name: string;
  vk_group_id: string;
  /**
   * Counts the changes of the members. A transaction that raises it holds the group until it ends.
   */
  removals: number;
  created_at: number;
}

interface GroupMemberTable {
  group_id: number;
  user_id: string;
  role: string;
  created_at: number;
}

interface ClientTable {
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
}

interface ClientOriginTable {
  origin: string;
  client_id: string;
}

interface ApiRequestTable {
  client_id: string;
  api: string;
  created_at: number;
}

interface ClientSecretTable {
  client_id: string;
  version: number;
  hash: string;
  created_at: number;
  expires_at: number | null;
  /** A secret that another server made, encrypted; null for ours. */
  sealed: string | null;
}

interface GrantTable {
  id: string;
  user_id: string;
  client_id: string;
  group_id: number;
  scopes: string;
  lifetime_ms: number | null;
  created_at: number;
  last_used_at: number;
}

interface CodeTable {
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
}

interface AccessTokenTable {
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
}

interface RefreshTokenTable {
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
}

interface SigningKeyTable {
  kid: string;
  public_jwk: string;
  sealed_jwk: string;
  /** 1 on the key that claimed to be the first, otherwise null: unique. */
  first_claim: number | null;
  created_at: number;
  retired_at: number | null;
}

interface AttemptTable {
  key_hash: string;
  tries: number;
  ends_at: number;
}

interface PasswordCheckTable {
  user_id: string;
  network: string;
  passed_at: number;
}

interface MailLinkTable {
  hash: string;
  user_id: string;
  purpose: string;
  email: string;
  epoch: number;
  created_at: number;
  expires_at: number;
}

interface SignUpTable {
  hash: string;
  realm: string;
  username: string;
  email: string;
  email_key: string;
  password_hash: string;
  request: string;
  created_at: number;
  expires_at: number;
}

interface AuditEventTable {
  id: string;
  at: number;
  type: string;
  succeeded: number;
  actor: string;
  user_id: string | null;
  client_id: string | null;
  address: string;
  details: string;
}

interface UserImportTable {
  id: string;
  started_at: number;
  lines: number;
  imported: number;
  duplicates: number;
  invalid: number;
  report_bytes: number;
}

interface OriginTable {
  kind: string;
  ref: string;
  source: string;
  at: number;
  mark: string;
}

interface StateImportTable {
  id: string;
  file: string;
  realm: string;
  started_at: number;
  file_rank: number;
  line: number;
  lines_read: number;
  /** How many of each kind, JSON. */
  imported: string;
  unchanged: number;
  invalid: number;
  report_bytes: number;
  finished_at: number | null;
}

interface StageTable {
  api: string;
  stage: string;
  before_stage: string;
  /** In hundredths of a percent. */
  percent: number;
  only_values: string;
  changed_at: number;
}

interface WriteCheckTable {
  /** The process that writes it. */
  id: string;
  filler: string;
  written_at: number;
  expires_at: number;
}

/** Every table by its name. */
export interface Tables {
  users: UserTable;
  devices: DeviceTable;
  sessions: SessionTable;
  groups: GroupTable;
  group_members: GroupMemberTable;
  clients: ClientTable;
  client_secrets: ClientSecretTable;
  client_origins: ClientOriginTable;
  api_requests: ApiRequestTable;
  grants: GrantTable;
  codes: CodeTable;
  access_tokens: AccessTokenTable;
  refresh_tokens: RefreshTokenTable;
  signing_keys: SigningKeyTable;
  attempts: AttemptTable;
  password_checks: PasswordCheckTable;
  mail_links: MailLinkTable;
  sign_ups: SignUpTable;
  user_imports: UserImportTable;
  audit_events: AuditEventTable;
  write_checks: WriteCheckTable;
  origins: OriginTable;
  waiting_hashes: { user_id: string };
  stages: StageTable;
  state_imports: StateImportTable;
  former_identifiers: { hash: string; noted_at: number; expires_at: number };
  volatile_fields: { api: string; route: string; field: string };
  observed_asks: ObservedAskTable;
  observed_calls: ObservedCallTable;
  observed_latencies: ObservedLatencyTable;
  observed_differences: ObservedDifferenceTable;
  circuits: CircuitTable;
  schema_migrations: { name: string };
}
