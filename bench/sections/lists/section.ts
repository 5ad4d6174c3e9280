import type { Database } from "../../../src/store/engine/database.ts";

/** A list that administrators read: its query, on a database that may explain it instead. */
export interface ListQuery {
  readonly name: string;
  readonly run: (db: Database) => Promise<unknown>;
}

/** What is listed: rows that are made by SQL alone, and the queries of their lists. */
export interface ListSection {
  /** Of the section, and of its table. */
  readonly name: string;
  readonly table: string;
  /** How many rows by default. */
  readonly rows: number;
  /** Returns the statement that inserts rows 0 to `rows` - 1 into the empty table. */
  readonly fill: (engine: "sqlite" | "mysql", rows: number) => string;
  readonly queries: (rows: number) => readonly ListQuery[];
}
