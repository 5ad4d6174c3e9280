// The database as the aggregates use it: whole transactions, queries compiled once, what a write
// has changed. It must not know any table.
import type { Compilable, CompiledQuery, DeleteResult, Kysely, UpdateResult } from "kysely";
import type { Tables } from "./schema.ts";

/** The database, or a transaction on it. */
export type Database = Kysely<Tables>;

/** All or nothing: in a transaction of its own, or in the one that `db` is already. */
export function atomically<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/** Whether the update met a row. */
export async function updated(query: {
  executeTakeFirstOrThrow(): Promise<UpdateResult>;
}): Promise<boolean> {
  return (await query.executeTakeFirstOrThrow()).numUpdatedRows > 0n;
}

/** Whether there was a row to delete. */
export async function deleted(query: {
  executeTakeFirstOrThrow(): Promise<DeleteResult>;
}): Promise<boolean> {
  return (await query.executeTakeFirstOrThrow()).numDeletedRows > 0n;
}

/** Stands in a compiled query where a call puts its value: for text, and for a number. */
export const PARAMETER = "";
export const NUMBER_PARAMETER = 0;

/**
 * A query on a hot path, compiled once for each database; a call gives the parameters in the
 * query's order.
 */
export function compiledList<Row>(build: (db: Database) => Compilable<Row>) {
  const queries = new WeakMap<object, CompiledQuery<Row>>();
  return async (db: Database, ...parameters: (string | number)[]): Promise<Row[]> => {
    const { adapter } = db.getExecutor();
    const query = queries.get(adapter) ?? build(db).compile();
    queries.set(adapter, query);
    return (await db.executeQuery<Row>({ ...query, parameters })).rows;
  };
}

/** The same for one row. */
export function compiled<Row>(build: (db: Database) => Compilable<Row>) {
  const list = compiledList(build);
  return async (db: Database, ...parameters: (string | number)[]): Promise<Row | undefined> =>
    (await list(db, ...parameters))[0];
}
