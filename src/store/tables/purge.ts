import { DAY, HOUR } from "../../domain/durations.ts";
import { RETIRED_MS } from "../../domain/oauth/tokens/signing-keys.ts";
import { COUNTED_MS } from "../../domain/administration/statistics/daily-counts.ts";
import { OBSERVED_MS } from "../../domain/predecessor/observation.ts";
import type { Database } from "../engine/database.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tables } from "../engine/schema.ts";

/** The time after which a row of a table is useless, and how much longer it stays. */
export const EXPIRY: readonly {
  readonly table: keyof Tables;
  readonly column: string;
  readonly keep: number;
}[] = [
  { table: "sessions", column: "expires_at", keep: 0 },
  // A flow that has begun in time may end a day later.
  { table: "pushed_requests", column: "expires_at", keep: DAY },
  { table: "device_authorizations", column: "expires_at", keep: HOUR },
  // No session is longer than a month.
  { table: "session_clients", column: "created_at", keep: 31 * DAY },
  { table: "answers", column: "expires_at", keep: 0 },
  { table: "codes", column: "expires_at", keep: 0 },
  { table: "access_tokens", column: "expires_at", keep: 0 },
  { table: "refresh_tokens", column: "removable_at", keep: 0 },
  { table: "client_secrets", column: "expires_at", keep: 0 },
  { table: "mail_links", column: "expires_at", keep: 0 },
  { table: "group_invitations", column: "expires_at", keep: 0 },
  { table: "sign_ups", column: "expires_at", keep: 0 },
  { table: "attempts", column: "ends_at", keep: 0 },
  { table: "write_checks", column: "expires_at", keep: 0 },
  { table: "former_identifiers", column: "expires_at", keep: 0 },
  { table: "password_checks", column: "passed_at", keep: 90 * DAY },
  { table: "observed_asks", column: "day", keep: OBSERVED_MS },
  { table: "observed_calls", column: "day", keep: OBSERVED_MS },
  { table: "observed_latencies", column: "day", keep: OBSERVED_MS },
  { table: "observed_differences", column: "last_at", keep: OBSERVED_MS },
  // A finished import of users has no row.
  { table: "user_imports", column: "started_at", keep: 90 * DAY },
  { table: "state_imports", column: "started_at", keep: 400 * DAY },
  { table: "audit_days", column: "day", keep: COUNTED_MS },
  // A month more than a key verifies: a key that went too early could not come back.
  { table: "signing_keys", column: "retired_at", keep: RETIRED_MS + 31 * DAY },
  { table: "rsa_signing_keys", column: "retired_at", keep: RETIRED_MS + 31 * DAY },
];

/** Which rows are removed. */
interface Removal {
  readonly now: number;
  /** How many rows of a table at most. */
  readonly limit: number;
  /** Undefined: each table. */
  readonly table: string | undefined;
}

/** Removes rows that have expired; returns how many. */
export async function purgeExpired(
  db: Database,
  engine: Engine,
  { now, limit, table: asked }: Removal,
): Promise<number> {
  let count = 0;
  for (const { table, column, keep } of EXPIRY)
    if (asked === undefined || asked === table)
      count += await engine.deleteUntil(db, { table, column, until: now - keep, limit });
  return count;
}
