import type { Compilable } from "kysely";
import { checked } from "./check-parameters.ts";
import { type Database, PARAMETER } from "./database.ts";
import { Concurrency, LookupBatch } from "./lookup-batch.ts";
import { entry, sizedQueries } from "./memo.ts";

/** By database. */
const concurrencies = new WeakMap<object, Concurrency>();

/** Returns what the calls on a database know of each other. */
export const concurrencyOf = (db: Database): Concurrency =>
  entry(concurrencies, db.getExecutor().adapter, () => new Concurrency());

/**
 * Builds the query for some keys. Its parameters are first the values that all share, if there are
 * any, and then the keys, in one `in`.
 */
type Build<Row> = (db: Database, keys: readonly string[]) => Compilable<Row>;

/** Returns what is found for a key; `shared` are the values before the keys. */
type Lookup<Found> = (db: Database, key: string, ...shared: string[]) => Promise<Found>;

/**
 * Returns a look-up of rows by a key that has an index. Look-ups that wait for a running one of the
 * same kind share the next statement. In a transaction each has its own, on its connection.
 */
export function lookupList<Row>(build: Build<Row>, keyOf: (row: Row) => string): Lookup<Row[]> {
  const queryFor = sizedQueries<Row>();
  /** By database, then by shared values. */
  const batches = new WeakMap<object, Map<string, LookupBatch<Row>>>();

  const run = async (db: Database, keys: readonly string[], shared: readonly string[]) => {
    const query = queryFor(db, keys.length, () =>
      build(
        db,
        keys.map(() => PARAMETER),
      ),
    );
    return (await db.executeQuery<Row>({ ...query, parameters: [...shared, ...keys] })).rows;
  };

  return async (db, key, ...shared) => {
    if (db.isTransaction) return run(db, [key], shared);
    // A wrong type must fail alone, not those that it would be joined with.
    checked([key, ...shared]);
    const { adapter } = db.getExecutor();
    const ofDatabase = entry(batches, adapter, () => new Map());
    const batch = entry(
      ofDatabase,
      shared.length === 0 ? "" : JSON.stringify(shared),
      () => new LookupBatch<Row>((keys) => run(db, keys, shared), keyOf, concurrencyOf(db)),
    );
    return batch.find(key);
  };
}

/** Returns a look-up by a unique key. */
export function lookup<Row>(
  build: Build<Row>,
  keyOf: (row: Row) => string,
): Lookup<Row | undefined> {
  const list = lookupList(build, keyOf);
  return async (db, key, ...shared) => (await list(db, key, ...shared))[0];
}
