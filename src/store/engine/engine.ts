// Every difference between the engines, apart from how they are reached (sqlite-database.ts,
// mysql-driver.ts) and the numbers of their errors (errors.ts). It must not know what the tables
// are for.
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import { unlessPresent } from "./errors.ts";
import type { Tables } from "./schema.ts";

type Kind = "integer" | "text" | `text(${number})`;

/** 64 bits, or text of at most so many characters (64 KiB when unsaid); `?` may be null. */
export type ColumnType = Kind | `${Kind}?`;

export interface TableDefinition {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly primaryKey: readonly string[];
  /** By name; names are unique in the database. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
}

export interface TableExtension {
  readonly columns?: TableDefinition["columns"] | undefined;
  readonly unique?: TableDefinition["unique"];
  readonly indexes?: TableDefinition["indexes"] | undefined;
}

export interface Engine {
  /**
   * Creates the table with its indexes; what is there already stays, so a migration that was cut
   * off can run again.
   */
  createTable(db: Database, name: keyof Tables, table: TableDefinition): Promise<void>;
  /**
   * Adds columns and indexes to a table that an earlier migration made; what is there already
   * stays. In the rows that there are, and in those that a program of the version before puts in, a
   * new column is null, 0 or empty.
   */
  extendTable(db: Database, name: keyof Tables, extension: TableExtension): Promise<void>;
  /**
   * Deletes up to `limit` rows whose `column`, a time with an index, is not after `until`; answers
   * how many.
   */
  deleteUntil(
    db: Database,
    table: keyof Tables,
    column: string,
    until: number,
    limit: number,
  ): Promise<number>;
  /** Does the work while no other process does any under this lock. */
  exclusively<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T>;
}

/** SQLite, embedded. Text compares byte by byte; STRICT tables refuse values of another type. */
export const sqliteEngine: Engine = {
  async createTable(db, name, table) {
    const lines = [...columns(table.columns, sqliteType), ...keys(table, sql`unique`)];
    await sql`create table if not exists ${sql.table(name)} (${sql.join(lines)}) strict`.execute(
      db,
    );
    await this.extendTable(db, name, { indexes: table.indexes });
  },

  async extendTable(db, name, extension) {
    const { rows } = await sql<{
      name: string;
    }>`select name from pragma_table_info(${name})`.execute(db);
    const missing = Object.entries(extension.columns ?? {}).filter(
      ([column]) => !rows.some((row) => row.name === column),
    );
    for (const line of columns(Object.fromEntries(missing), sqliteType, true)) {
      await sql`alter table ${sql.table(name)} add column ${line}`.execute(db);
    }
    for (const [index, parts] of Object.entries(extension.unique ?? {})) {
      await sql`create unique index if not exists ${sql.ref(index)} on ${sql.table(name)} (${references(parts)})`.execute(
        db,
      );
    }
    for (const [index, parts] of Object.entries(extension.indexes ?? {})) {
      await sql`create index if not exists ${sql.ref(index)} on ${sql.table(name)} (${references(parts)})`.execute(
        db,
      );
    }
  },

  async deleteUntil(db, table, column, until, limit) {
    const [rows, time] = [sql.table(table), sql.ref(column)];
    const some = sql`select rowid from ${rows} where ${time} <= ${until} order by ${time} limit ${limit}`;
    return affected(await sql`delete from ${rows} where rowid in (${some})`.execute(db));
  },

  // Its schema changes are part of the transaction, and there is one writer.
  exclusively: (db, work) => db.transaction().execute(work),
};

/**
 * MySQL 8 and MariaDB. Their usual collations, `utf8mb4_bin` too, take "a" and "a " for equal;
 * those named here don't. Each server reads only the comment that is meant for it.
 */
export const mysqlEngine: Engine = {
  async createTable(db, name, table) {
    const indexes = Object.entries(table.indexes ?? {});
    const lines = [
      ...columns(table.columns, mysqlType),
      ...keys(table, sql`unique key`),
      ...indexes.map(([index, parts]) => sql`key ${sql.ref(index)} (${references(parts)})`),
    ];
    const collation = sql`/*!80017 collate utf8mb4_0900_bin */ /*M! collate utf8mb4_nopad_bin */`;
    const options = sql`engine = innodb row_format = dynamic default character set utf8mb4 ${collation}`;
    await sql`create table if not exists ${sql.table(name)} (${sql.join(lines)}) ${options}`.execute(
      db,
    );
  },

  // One addition a statement, tried without a look: another node of a Galera cluster may be adding
  // it too.
  async extendTable(db, name, extension) {
    const additions = [
      ...columns(extension.columns ?? {}, mysqlType, true).map((line) => sql`column ${line}`),
      ...Object.entries(extension.unique ?? {}).map(
        ([index, parts]) => sql`unique key ${sql.ref(index)} (${references(parts)})`,
      ),
      ...Object.entries(extension.indexes ?? {}).map(
        ([index, parts]) => sql`key ${sql.ref(index)} (${references(parts)})`,
      ),
    ];
    for (const addition of additions)
      await unlessPresent(sql`alter table ${sql.table(name)} add ${addition}`.execute(db));
  },

  async deleteUntil(db, table, column, until, limit) {
    const [rows, time] = [sql.table(table), sql.ref(column)];
    return affected(
      await sql`delete from ${rows} where ${time} <= ${until} order by ${time} limit ${limit}`.execute(
        db,
      ),
    );
  },

  // The server gives the lock back when the connection ends, however it ends. A Galera node knows
  // only its own locks: there, what a migration does twice must come to the same.
  exclusively: (db, work) =>
    db.connection().execute(async (connection) => {
      const name = sql`concat('migrate:', sha2(database(), 224))`;
      const { rows } = await sql<{
        locked: number;
      }>`select get_lock(${name}, 60) as locked`.execute(connection);
      if (rows[0]?.locked !== 1)
        throw new Error("another process has been migrating this database for a minute");
      try {
        return await work(connection);
      } finally {
        await sql`select release_lock(${name})`.execute(connection);
      }
    }),
};

const sqliteType = (kind: string): string => (kind === "integer" ? "integer" : "text");
const mysqlType = (kind: string): string =>
  kind === "integer" ? "bigint" : kind.replace("text(", "varchar(");

function columns(
  definitions: TableDefinition["columns"],
  typeOf: (kind: string) => string,
  withDefault = false,
): RawBuilder<unknown>[] {
  return Object.entries(definitions).map(([name, type]) => {
    const nullable = type.endsWith("?");
    const otherwise = withDefault ? ` default ${type === "integer" ? "0" : "''"}` : "";
    return sql`${sql.ref(name)} ${sql.raw(typeOf(nullable ? type.slice(0, -1) : type))} ${sql.raw(nullable ? "null" : `not null${otherwise}`)}`;
  });
}

function keys(table: TableDefinition, unique: RawBuilder<unknown>): RawBuilder<unknown>[] {
  const constraints = Object.entries(table.unique ?? {});
  return [
    sql`primary key (${references(table.primaryKey)})`,
    ...constraints.map(
      ([name, parts]) => sql`constraint ${sql.ref(name)} ${unique} (${references(parts)})`,
    ),
  ];
}

const references = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));

const affected = (result: { numAffectedRows?: bigint }): number =>
  Number(result.numAffectedRows ?? 0n);
