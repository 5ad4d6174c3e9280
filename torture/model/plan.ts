// Where rows lie when the tables are on many shards: the plan of docs/scaling.md, as data.

/** Where the rows of a table lie. */
export interface Placement {
  /** The column whose value decides; absent: the table is small, and every shard has a copy. */
  readonly by?: string;
  /**
   * Columns by which statements find rows today, though the caller knows the user by then. Such a
   * statement must say the key too, or it runs on every shard.
   */
  readonly gains?: readonly string[];
  /** Columns with a look-up table, whose rows lie by the value and name the shard. */
  readonly lookups: readonly string[];
}

const COPIED: Placement = { lookups: [] };

export const PLAN: Readonly<Record<string, Placement>> = {
  users: { by: "id", lookups: ["email_claim", "username_claim", "look_claim"] },
  sessions: { by: "user_id", gains: ["id"], lookups: ["token_hash"] },
  session_clients: { by: "user_id", gains: ["session_id"], lookups: [] },
  devices: { by: "user_id", lookups: [] },
  password_checks: { by: "user_id", lookups: [] },
  grants: { by: "user_id", gains: ["id"], lookups: [] },
  mail_links: { by: "user_id", lookups: ["hash"] },
  codes: { by: "user_id", lookups: ["hash"] },
  refresh_tokens: { by: "user_id", gains: ["family_id"], lookups: ["hash"] },
  access_tokens: { by: "shard_key", gains: ["user_id", "family_id"], lookups: ["hash"] },
  audit_events: { by: "shard_key", gains: ["user_id"], lookups: [] },
  device_authorizations: { by: "hash", lookups: ["user_code"] },
  attempts: { by: "key_hash", lookups: [] },
  answers: { by: "id", lookups: [] },
  sign_ups: { by: "hash", lookups: [] },
  pushed_requests: { by: "hash", lookups: [] },
  waiting_hashes: { by: "user_id", lookups: [] },
  former_identifiers: { by: "hash", lookups: [] },
  origins: { by: "ref", lookups: [] },
  clients: COPIED,
  client_secrets: COPIED,
  client_origins: COPIED,
  api_requests: COPIED,
  resources: COPIED,
  groups: COPIED,
  group_members: COPIED,
  group_invitations: COPIED,
  signing_keys: COPIED,
  rsa_signing_keys: COPIED,
  brands: COPIED,
  stages: COPIED,
  circuits: COPIED,
  volatile_fields: COPIED,
  observed_asks: COPIED,
  observed_calls: COPIED,
  observed_latencies: COPIED,
  observed_differences: COPIED,
  user_imports: COPIED,
  state_imports: COPIED,
  write_checks: COPIED,
  audit_days: COPIED,
  table_counts: COPIED,
  rollups: COPIED,
  leases: COPIED,
  schema_migrations: COPIED,
};

/** Returns whether the rows of a table lie on many shards. */
export const isSharded = (table: string): boolean => PLAN[table]?.by !== undefined;

/** How a statement finds its shard. */
export type Way = "copy" | "key" | "look-up" | "gains the key" | "every shard";

/** Returns how a statement with these keys finds the rows of a table. */
export function wayOf(table: string, keys: readonly string[], isInsert: boolean): Way {
  const placement = PLAN[table];
  if (placement === undefined) throw new Error(`the plan has no ${table}`);
  const { by, gains = [], lookups } = placement;
  if (by === undefined) return "copy";
  if (isInsert || keys.includes(by)) return "key";
  if (keys.some((key) => lookups.includes(key))) return "look-up";
  return keys.some((key) => gains.includes(key)) ? "gains the key" : "every shard";
}
