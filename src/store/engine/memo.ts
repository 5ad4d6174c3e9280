import type { Compilable, CompiledQuery, QueryResult } from "kysely";
import type { Database } from "./database.ts";

/** Returns the entry of a key, and makes it first if there is none. */
export function entry<Key, Value>(
  map: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

/** Returns the query for a number of keys or rows. `build` is called when there is none yet. */
type Sized<Row> = (db: Database, size: number, build: () => Compilable<Row>) => CompiledQuery<Row>;

/** Keeps the compiled queries of one kind: by database, then by their size. */
export function sizedQueries<Row>(): Sized<Row> {
  const queries = new WeakMap<object, CompiledQuery<Row>[]>();
  return (db, size, build) => {
    const bySize = entry(queries, db.getExecutor().adapter, () => []);
    return (bySize[size] ??= build().compile());
  };
}

type Value = string | number | null;

/** Runs a statement with values, in the order of its text. */
type Prepared<Values extends readonly Value[], Row> = (
  db: Database,
  ...values: Values
) => Promise<QueryResult<Row>>;

/**
 * Returns a statement that is compiled once for each database. Building one costs more than running
 * it. `build` is given placeholders; it must use each once, in the order of the statement's text.
 */
export function prepared<Values extends readonly Value[], Row = never>(
  build: (db: Database, ...placeholders: Values) => Compilable<Row>,
  placeholders: Values,
): Prepared<Values, Row> {
  const queryFor = sizedQueries<Row>();
  return (db, ...values) => {
    const query = queryFor(db, 1, () => build(db, ...placeholders));
    return db.executeQuery<Row>({ ...query, parameters: values });
  };
}
