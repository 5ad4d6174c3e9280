import { RESTORABLE_MS } from "../../accounts/user-state.ts";
import type { Store } from "../../store.ts";
import { type ChunkSizes, Pace } from "./pace.ts";

/** How long what has no end of its own is kept. */
export interface RetentionTerms {
  readonly unusedClientMs: number;
  /** Undefined: audit events are kept for ever. */
  readonly auditMs: number | undefined;
}

/** The removal of what has expired from one table. */
export interface Chore {
  readonly table: string;
  readonly pace: Pace;
  /** Removes up to so many rows; returns how many. */
  remove(now: number, limit: number): Promise<number>;
}

/** Rows that go by one statement. */
const ROWS: ChunkSizes = { first: 50, least: 20, most: 1_000 };
/** Each of these has a transaction of its own, with its rows in other tables. */
const OWNERS: ChunkSizes = { first: 5, least: 1, most: 100 };

/** Returns what is to be done in each table. */
export function createChores(store: Store, { unusedClientMs, auditMs }: RetentionTerms): Chore[] {
  const users: Chore = {
    table: "users",
    pace: new Pace(OWNERS),
    remove: (now, limit) => store.users.purge(now - RESTORABLE_MS, limit),
  };
  const clients: Chore = {
    table: "clients",
    pace: new Pace(OWNERS),
    remove: (now, limit) =>
      store.clients.purgeUnused({ now, usedBefore: now - unusedClientMs }, limit),
  };
  const audit: Chore[] =
    auditMs === undefined
      ? []
      : [
          {
            table: "audit_events",
            pace: new Pace(ROWS),
            remove: (now, limit) => store.audit.purge(now - auditMs, limit),
          },
        ];
  const expiring = store.expiringTables.map((table): Chore => ({
    table,
    pace: new Pace(ROWS),
    remove: (now, limit) => store.purgeExpired(now, limit, table),
  }));
  return [users, clients, ...audit, ...expiring];
}
