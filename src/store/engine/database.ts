import type { DeleteResult, Kysely, QueryResult, UpdateResult } from "kysely";
import type { Tables } from "./schema.ts";

/** The database, or a transaction on it. */
export type Database = Kysely<Tables>;

/** Runs work in a transaction of its own, or in the one that `db` already is. */
export function atomically<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Returns whether a statement has changed a row. */
export const hasChanged = ({ numAffectedRows = 0n }: QueryResult<unknown>): boolean =>
  numAffectedRows > 0n;

/** Returns whether the update has changed a row. */
export async function updated(query: {
  executeTakeFirstOrThrow(): Promise<UpdateResult>;
}): Promise<boolean> {
  return (await query.executeTakeFirstOrThrow()).numUpdatedRows > 0n;
}

/** Returns whether a row was deleted. */
export async function deleted(query: {
  executeTakeFirstOrThrow(): Promise<DeleteResult>;
}): Promise<boolean> {
  return (await query.executeTakeFirstOrThrow()).numDeletedRows > 0n;
}

/** A placeholder in a compiled query; each call gives the values. */
export const PARAMETER = "";
