import type { Compilable, CompiledQuery, DeleteResult, Kysely, UpdateResult } from "kysely";
import type { Tables } from "./schema.ts";

/** The database, or a transaction on it. */
export type Database = Kysely<Tables>;

/** Runs work in a transaction of its own, or in the one that `db` already is. */
export function atomically<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

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

/** Placeholders in a compiled query, for text and for numbers; each call gives the values. */
export const PARAMETER = "";
export const NUMBER_PARAMETER = 0;

/**
 * Compiles a frequent query once for each database. A call gives the parameters in the order of the
 * query.
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

/** Compiles a frequent query that returns one row at most. */
export function compiled<Row>(build: (db: Database) => Compilable<Row>) {
  const list = compiledList(build);
  return async (db: Database, ...parameters: (string | number)[]): Promise<Row | undefined> =>
    (await list(db, ...parameters))[0];
}
