// As text, because the doctor reads a SQLite file without the driver.
import { RESTORABLE_MS } from "../../../domain/accounts/user-state.ts";
import { EXPIRY } from "../purge.ts";

/** The oldest row of a table that could be removed. */
export interface OldestRow {
  readonly table: string;
  /** Since when it could be; for audit events, when it was written. */
  readonly since: number;
}

/** Queries of one row with `since`, or none. Each reads one entry of an index, or a small table. */
export const OLDEST_ROWS: readonly { readonly table: string; readonly query: string }[] = [
  ...EXPIRY.map(({ table, column, keep }) => ({
    table,
    query:
      `select ${column} + ${keep} as since from ${table} where ${column} is not null ` +
      `order by ${column} limit 1`,
  })),
  {
    table: "users",
    query:
      `select deleted_at + ${RESTORABLE_MS} as since from users where deleted_at is not null ` +
      "order by deleted_at limit 1",
  },
  {
    // One that is in use expires again a day later.
    table: "clients",
    query:
      "select expires_at as since from clients where expires_at is not null " +
      "order by expires_at limit 1",
  },
  { table: "audit_events", query: "select at as since from audit_events order by id limit 1" },
];
