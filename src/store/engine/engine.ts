// The differences between the engines, except for drivers (sqlite-database.ts, mysql/driver.ts) and
// error numbers (errors.ts).
import { type RawBuilder, sql } from "kysely";
import type { Database } from "./database.ts";
import { isNotOnline, unlessPresent } from "./errors.ts";
import type { Tables } from "./schema.ts";

type Kind = "integer" | "text" | `text(${number})`;

/** 64 bits, or text of at most that many characters (64 KiB without a number); `?` allows null. */
type ColumnType = Kind | `${Kind}?`;

export interface TableDefinition {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly primaryKey: readonly string[];
  /** By name; names are unique in the database. */
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
}

/** A column that the database computes from others of the row, when it is read or indexed. */
interface GeneratedColumn {
  readonly type: Kind;
  /** In SQL of both engines; written by our code, never by input. */
  readonly as: string;
}

export interface TableExtension {
  readonly columns?: TableDefinition["columns"] | undefined;
  readonly generated?: Readonly<Record<string, GeneratedColumn>> | undefined;
  readonly unique?: TableDefinition["unique"];
  readonly indexes?: TableDefinition["indexes"] | undefined;
}

/** Rows of a table that have expired. */
interface ExpiredRows {
  readonly table: keyof Tables;
  readonly column: string;
  readonly until: number;
  readonly limit: number;
}

export interface Engine {
  /**
   * Creates the table with its indexes. Existing parts stay, so an interrupted migration can run
   * again.
   */
  createTable(db: Database, name: keyof Tables, table: TableDefinition): Promise<void>;
  /**
   * Adds columns and indexes to a table of an earlier migration. Existing parts stay. In existing
   * rows, and in rows that a program of the version before inserts, a new column is null, 0 or
   * empty.
   */
  extendTable(db: Database, name: keyof Tables, extension: TableExtension): Promise<void>;
  /** Makes room for longer text in a column. Can run again. */
  widenText(db: Database, name: keyof Tables, column: string, type: ColumnType): Promise<void>;
  /**
   * Deletes up to `limit` rows whose `column`, an indexed time, is not after `until`. Returns how
   * many.
   */
  deleteUntil(db: Database, expired: ExpiredRows): Promise<number>;
  /** Runs work under a lock that only one process can have. */
  exclusively<T>(db: Database, work: (db: Database) => Promise<T>): Promise<T>;
}

/** SQLite, embedded. It compares text byte by byte; STRICT tables reject values of another type. */
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
    }>`select name from pragma_table_xinfo(${name})`.execute(db);
    const missing = <T>(all: Readonly<Record<string, T>> = {}) =>
      Object.fromEntries(
        Object.entries(all).filter(([column]) => !rows.some((row) => row.name === column)),
      );
    for (const line of [
      ...columns(missing(extension.columns), sqliteType, true),
      ...generated(missing(extension.generated), sqliteType),
    ]) {
      await sql`alter table ${sql.table(name)} add column ${line}`.execute(db);
    }
    for (const [index, parts] of Object.entries(extension.unique ?? {})) {
      const place = sql`${sql.table(name)} (${references(parts)})`;
      await sql`create unique index if not exists ${sql.ref(index)} on ${place}`.execute(db);
    }
    for (const [index, parts] of Object.entries(extension.indexes ?? {})) {
      const place = sql`${sql.table(name)} (${references(parts)})`;
      await sql`create index if not exists ${sql.ref(index)} on ${place}`.execute(db);
    }
  },

  // Text has no length.
  widenText: () => Promise.resolve(),

  async deleteUntil(db, { table, column, until, limit }) {
    const [rows, time] = [sql.table(table), sql.ref(column)];
    const old = sql`${time} <= ${until} order by ${time} limit ${limit}`;
    const some = sql`select rowid from ${rows} where ${old}`;
    return affected(await sql`delete from ${rows} where rowid in (${some})`.execute(db));
  },

  // SQLite's schema changes are transactional, and it has one writer.
  exclusively: (db, work) => db.transaction().execute(work),
};

/**
 * MySQL 8 and MariaDB. Their usual collations, including `utf8mb4_bin`, treat "a" and "a " as
 * equal; those named here don't. Each server reads only the comment meant for it.
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
    const text = sql`default character set utf8mb4 ${collation}`;
    const options = sql`engine = innodb row_format = dynamic ${text}`;
    const definition = sql`${sql.table(name)} (${sql.join(lines)})`;
    await sql`create table if not exists ${definition} ${options}`.execute(db);
  },

  // One addition for each statement, without checking first: another node of a Galera cluster may
  // add the same at the same time.
  async extendTable(db, name, extension) {
    const added = [
      ...columns(extension.columns ?? {}, mysqlType, true),
      ...generated(extension.generated ?? {}, mysqlType),
    ];
    for (const line of added)
      await unlessPresent(alter(db, name, { change: sql`add column ${line}`, how: INSTANT }));
    const keyLines = [
      ...Object.entries(extension.unique ?? {}).map(
        ([index, parts]) => sql`unique key ${sql.ref(index)} (${references(parts)})`,
      ),
      ...Object.entries(extension.indexes ?? {}).map(
        ([index, parts]) => sql`key ${sql.ref(index)} (${references(parts)})`,
      ),
    ];
    for (const line of keyLines)
      await unlessPresent(alter(db, name, { change: sql`add ${line}`, how: ONLINE }));
  },

  async widenText(db, name, column, type) {
    const isNullable = type.endsWith("?");
    const wide = sql.raw(mysqlType(isNullable ? type.slice(0, -1) : type));
    const nullable = sql.raw(isNullable ? "null" : "not null");
    const modified = sql`modify column ${sql.ref(column)} ${wide} ${nullable}`;
    await alter(db, name, { change: modified, how: ONLINE });
  },

  async deleteUntil(db, { table, column, until, limit }) {
    const [rows, time] = [sql.table(table), sql.ref(column)];
    const old = sql`${time} <= ${until} order by ${time} limit ${limit}`;
    return affected(await sql`delete from ${rows} where ${old}`.execute(db));
  },

  // The server frees the lock when the connection ends in any way. A Galera node knows only its own
  // locks, so a migration that runs twice there must have the same result.
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

/** Changes no row. */
const INSTANT = sql`algorithm = instant`;
/** Reads every row, while others read and write. */
const ONLINE = sql`algorithm = inplace, lock = none`;

/**
 * Changes a table while others read and write it. Where the server can't, it is changed anyway:
 * `test/store/portable/online-migrations.test.ts` keeps that to databases that stopped between two
 * migrations, and to servers that refuse what they usually can.
 */
async function alter(
  db: Database,
  name: keyof Tables,
  { change, how }: Readonly<Record<"change" | "how", RawBuilder<unknown>>>,
): Promise<void> {
  const statement = sql`alter table ${sql.table(name)} ${change}`;
  try {
    await sql`${statement}, ${how}`.execute(db);
  } catch (error) {
    if (!isNotOnline(error)) throw error;
    await statement.execute(db);
  }
}

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
    const sqlType = sql.raw(typeOf(nullable ? type.slice(0, -1) : type));
    return sql`${sql.ref(name)} ${sqlType} ${sql.raw(nullable ? "null" : `not null${otherwise}`)}`;
  });
}

const generated = (
  definitions: Readonly<Record<string, GeneratedColumn>>,
  typeOf: (kind: string) => string,
): RawBuilder<unknown>[] =>
  Object.entries(definitions).map(
    ([name, { type, as }]) =>
      sql`${sql.ref(name)} ${sql.raw(typeOf(type))} generated always as (${sql.raw(as)}) virtual`,
  );

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
