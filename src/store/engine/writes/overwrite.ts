import { type InsertQueryBuilder, type InsertResult, MysqlAdapter, sql } from "kysely";
import type { Database } from "../database.ts";
import type { Tables } from "../schema.ts";

/**
 * Returns the insert of rows of which each takes the place of the one with its primary key. MySQL's
 * `replace` does the same, but Vitess has none for a table on many shards.
 */
export function overwrite<Name extends keyof Tables>(
  db: Database,
  table: Name,
  key: readonly (keyof Tables[Name] & string)[],
  rows: readonly [Tables[Name], ...Tables[Name][]],
): InsertQueryBuilder<Tables, Name, InsertResult> {
  // The builder's types depend on the table.
  const values = rows as never;
  if (!(db.getExecutor().adapter instanceof MysqlAdapter))
    return db.replaceInto(table).values(values);
  const isKey = new Set<string>(key);
  const changed = Object.keys(rows[0]).filter((column) => !isKey.has(column));
  const set = changed.map((column) => [column, sql`values(${sql.ref(column)})`]);
  return db
    .insertInto(table)
    .values(values)
    .onDuplicateKeyUpdate(Object.fromEntries(set) as never);
}
