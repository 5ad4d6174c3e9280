// Housekeeping: removes what can never be used again, a part at a time.
import type { Database } from "../engine/database.ts";
import type { Engine } from "../engine/engine.ts";
import type { Tables } from "../engine/schema.ts";

const DAY = 86_400_000;

/** Each table's time after which a row is of no use, and how much longer it stays. */
export const EXPIRY: readonly {
  readonly table: keyof Tables;
  readonly column: string;
  readonly keep: number;
}[] = [
  { table: "sessions", column: "expires_at", keep: 0 },
  { table: "codes", column: "expires_at", keep: 0 },
  { table: "access_tokens", column: "expires_at", keep: 0 },
  { table: "refresh_tokens", column: "removable_at", keep: 0 },
  { table: "client_secrets", column: "expires_at", keep: 0 },
  { table: "mail_links", column: "expires_at", keep: 0 },
  { table: "sign_ups", column: "expires_at", keep: 0 },
  { table: "attempts", column: "ends_at", keep: 0 },
  { table: "password_checks", column: "passed_at", keep: 90 * DAY },
];

/** Removes up to `limit` rows from each table; answers how many. */
export async function purgeExpired(
  db: Database,
  engine: Engine,
  now: number,
  limit: number,
): Promise<number> {
  let count = 0;
  for (const { table, column, keep } of EXPIRY)
    count += await engine.deleteUntil(db, table, column, now - keep, limit);
  return count;
}
