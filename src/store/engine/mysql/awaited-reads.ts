// Which reads of a Galera node wait until the node has all that the cluster has acknowledged. Each
// table is here once: a read must never show what was revoked or used on another node, nor miss
// what its caller was given there.
import type { Tables } from "../schema.ts";

/**
 * Whether single reads of a table wait. Transactions always do, with their first statement. What
 * isn't awaited is shown to administrators, or read again and again in the background.
 */
export const AWAITED: Readonly<Record<keyof Tables, boolean>> = {
  // Who is there, locked or deleted, and what each may do.
  users: true,
  groups: true,
  group_members: true,
  group_invitations: true,
  clients: true,
  client_secrets: true,
  client_origins: true,
  resources: true,
  grants: true,
  // What its holder presents: once, or until it is revoked.
  sessions: true,
  devices: true,
  access_tokens: true,
  refresh_tokens: true,
  codes: true,
  pushed_requests: true,
  answers: true,
  device_authorizations: true,
  api_requests: true,
  mail_links: true,
  sign_ups: true,
  // A key that was replaced, because it had leaked.
  signing_keys: true,
  rsa_signing_keys: true,
  // A network that a new password made unknown, and a name that its user has left.
  password_checks: true,
  former_identifiers: true,
  // Counted by statements that change the row; reads say how long to wait.
  attempts: false,
  // The queue of logout tokens: the statement that takes one decides.
  session_clients: false,
  // The trail and its counts.
  audit_events: false,
  audit_days: false,
  table_counts: false,
  rollups: false,
  // Only changed, by statements that decide.
  leases: false,
  // Imports of one process, and where their rows came from.
  user_imports: false,
  state_imports: false,
  origins: false,
  waiting_hashes: false,
  // Settings that each process reads again within seconds.
  stages: false,
  brands: false,
  circuits: false,
  volatile_fields: false,
  observed_asks: false,
  observed_calls: false,
  observed_latencies: false,
  observed_differences: false,
  write_checks: false,
  schema_migrations: false,
};

const NAMES = Object.entries(AWAITED)
  .filter(([, waits]) => waits)
  .map(([name]) => name);
const READS = new RegExp(`\\b(?:from|join) \`?(?:${NAMES.join("|")})\\b`);

/** Returns whether a statement must wait: a security read, or the begin of a transaction. */
export const isAwaited = (sql: string): boolean =>
  sql === "begin" || (sql.startsWith("select") && READS.test(sql));

/** Lets a statement wait; 1 is for reads and for `begin`. */
export const awaited = (sql: string): string => `set statement wsrep_sync_wait = 1 for ${sql}`;
