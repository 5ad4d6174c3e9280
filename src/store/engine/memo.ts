import type { Compilable, CompiledQuery } from "kysely";
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
