// How many rows there are in the end, and how many bytes each shard has.
import {
  ACTIVE,
  CALLS_A_DAY,
  DAYS_KEPT,
  LOOKUP_BYTES,
  ROWS_OF_USER,
  SHARDS,
  USERS,
} from "./assumptions.ts";
import type { CallCost } from "./cost.ts";
import { PLAN } from "./plan.ts";
import type { Sizes } from "./results.ts";

/** One table when as many rows go as come. */
export interface Growth {
  readonly table: string;
  readonly rows: number;
  /** Bytes of each shard, without look-up tables. */
  readonly bytes: number;
  /** Bytes of each shard for its look-up tables. */
  readonly lookupBytes: number;
}

/** How often a call is made on a day by all. */
export const callsADay = (name: string): number => USERS.size * ACTIVE * (CALLS_A_DAY[name] ?? 0);

/** Returns the tables that grow, the largest first. */
export function growthOf(calls: readonly CallCost[], { bytes }: Sizes): readonly Growth[] {
  const rowsOf = (table: string): number => {
    const ofUsers = ROWS_OF_USER[table];
    if (ofUsers !== undefined) return ofUsers * USERS.size;
    const days = DAYS_KEPT[table] ?? 0;
    return calls.reduce(
      (sum, { name, inserted }) => sum + (inserted[table] ?? 0) * callsADay(name) * days,
      0,
    );
  };
  return [...Object.keys(ROWS_OF_USER), ...Object.keys(DAYS_KEPT)]
    .map((table) => {
      const rows = rowsOf(table);
      const size = bytes[table];
      if (size === undefined) throw new Error(`no size of a row of ${table} was measured`);
      return {
        table,
        rows,
        bytes: (rows * size) / SHARDS,
        lookupBytes: (rows * PLAN[table]!.lookups.length * LOOKUP_BYTES) / SHARDS,
      };
    })
    .toSorted((one, other) => other.bytes - one.bytes);
}
