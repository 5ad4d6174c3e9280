import type { AuditEvent } from "../../model.ts";

/** What is counted of an audit event. */
export type CountedEvent = Pick<AuditEvent, "id" | "at" | "type" | "succeeded" | "details">;

/** How many events of a day (UTC) are alike. */
export interface DailyCount {
  readonly type: string;
  /** When the day began. */
  readonly day: number;
  readonly succeeded: boolean;
  /** Why they were refused, of a closed list; empty for those that succeeded. */
  readonly reason: string;
  readonly events: number;
}

/** The tables whose rows are counted. */
export const COUNTED_TABLES = ["users", "clients", "sessions"] as const;
export type CountedTable = (typeof COUNTED_TABLES)[number];

/** One part of a table, counted. */
export interface CountedPart {
  /** How many rows of each name the part has. */
  readonly counts: readonly { readonly name: string; readonly rows: number }[];
  /** How many rows it has. */
  readonly rows: number;
  /** The id of its last row. */
  readonly last: string;
}

/** The counts of all tables at one time. */
export interface TableCounts {
  readonly countedAt: number;
  /** By name; a name without a row may be missing. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface StatisticsStore {
  /** Returns the id of the last event in the daily counts; empty at first. */
  position(): Promise<string>;
  /**
   * Moves the position if it is still the one given; use it first in a transaction. Returns false
   * if another process has moved it.
   */
  movePosition(from: string, to: string): Promise<boolean>;
  /** Lists events by id, the oldest first, after one id and before another. */
  events(after: string, before: string, limit: number): Promise<CountedEvent[]>;
  /** Adds to the daily counts. */
  add(counts: readonly DailyCount[]): Promise<void>;
  /** Lists the daily counts of these types since a day. */
  daily(types: readonly string[], since: number): Promise<DailyCount[]>;
  /** Makes this process the only one that counts the tables, unless another one is. */
  holdTables(now: number, until: number): Promise<boolean>;
  /** Counts the rows of a table that come after an id. */
  countPart(
    table: CountedTable,
    page: { readonly after: string; readonly limit: number },
    now: number,
  ): Promise<CountedPart>;
  /** Counts the requests of applications that wait for an answer, up to a limit. */
  countRequests(limit: number): Promise<number>;
  /** Replaces the stored counts. */
  keepTables(counts: TableCounts): Promise<void>;
  tables(): Promise<TableCounts | undefined>;
}
