// A large database on each engine, at the schema of an older version.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createConnection } from "mysql2/promise";
import type { StoreOptions } from "../../src/store/engine/connect.ts";
import { migrate, MIGRATION_NAMES } from "../../src/store/engine/migrate.ts";
import { startDatabase } from "../measure/database.ts";
import { fillMariadb } from "../sections/scale/fill-mariadb.ts";
import { fillSqlite } from "../sections/scale/fill-sqlite.ts";
import type { Rows } from "../sections/scale/rows.ts";
import { insertOf, MADE_OF_USERS, TOKENS_SHARE } from "./proportions.ts";

/** A database that is filled and then migrated. */
export interface LargeStore {
  readonly name: string;
  readonly options: StoreOptions;
  /** Runs statements on one connection that checks no key. */
  run(statements: readonly string[]): Promise<void>;
  /** Makes so many rows. */
  fill(users: number): Promise<void>;
  bytes(): Promise<number>;
  remove(): Promise<void>;
}

const rowsOf = (users: number): Rows => ({
  users,
  tokens: Math.floor(users * TOKENS_SHARE),
  clientId: "client",
});

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let sum = 0;
  for (const entry of entries.filter((each) => each.isFile()))
    sum += (await stat(join(entry.parentPath, entry.name))).size;
  return sum;
}

async function largeMariadb(folder: string): Promise<LargeStore> {
  const database = await startDatabase(folder);
  const url = await database.create();
  const run = async (statements: readonly string[]): Promise<void> => {
    const connection = await createConnection(url);
    for (const statement of ["set unique_checks = 0, foreign_key_checks = 0", ...statements])
      await connection.query(statement);
    await connection.end();
  };
  return {
    name: `MariaDB ${await database.version()}`,
    options: { kind: "mysql", url },
    run,
    async fill(users) {
      await fillMariadb(url, rowsOf(users));
      for (const made of MADE_OF_USERS) await run([insertOf(made, users, "md5(id)")]);
    },
    bytes: () => sizeOf(database.folderOf(url)),
    remove: () => database.stop(),
  };
}

async function largeSqlite(parent: string): Promise<LargeStore> {
  const folder = await mkdtemp(join(parent, "sqlite-"));
  const file = join(folder, "latchkey.db");
  const run = async (statements: readonly string[]): Promise<void> => {
    const database = new DatabaseSync(file, { timeout: 60_000 });
    database.exec("pragma synchronous = off; pragma cache_size = -1000000");
    for (const statement of statements) database.exec(statement);
    database.close();
  };
  return {
    name: "SQLite",
    options: { kind: "sqlite", file },
    run,
    async fill(users) {
      await fillSqlite(file, rowsOf(users));
      for (const made of MADE_OF_USERS)
        await run([insertOf(made, users, "lower(hex(randomblob(16)))")]);
    },
    bytes: () => sizeOf(folder),
    remove: () => rm(folder, { recursive: true }),
  };
}

export const LARGE_STORES = { MariaDB: largeMariadb, SQLite: largeSqlite } as const;

/** Brings an empty database to the schema after a migration. */
export async function migrateUntil({ run, options }: LargeStore, last: string): Promise<void> {
  const later = MIGRATION_NAMES.slice(MIGRATION_NAMES.indexOf(last) + 1);
  // What is noted as done isn't run.
  await run([
    "create table schema_migrations (name varchar(64) primary key)",
    ...later.map((name) => `insert into schema_migrations values ('${name}')`),
  ]);
  await migrate(options);
}

/** Runs one migration. */
export async function migrateOne({ run, options }: LargeStore, name: string): Promise<void> {
  await run([`delete from schema_migrations where name = '${name}'`]);
  const done = await migrate(options);
  if (done.join() !== name) throw new Error(`${name} was to be run, and not: ${done.join()}`);
}
