// SQLite through node:sqlite, in the shape that Kysely's SqliteDialect needs.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import type { Instrumentation } from "../../domain/instrumentation.ts";
import { Contention, isBusy } from "./errors.ts";
import { checked } from "./check-parameters.ts";
import { kindOf, timed } from "./instrumentation.ts";

/** How long a statement waits for another process's transaction, in milliseconds. */
const BUSY_TIMEOUT = 5_000;

/** Opens the file. A new one is created in a folder that only this user can read. */
export function openSqlite(file: string, instrumentation: Instrumentation): SqliteDatabase {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  configure(database);
  // Statements are built from code, never from input, so their number is bounded.
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      let statement = statements.get(sql);
      if (statement === undefined) {
        statement =
          sql === "rollback"
            ? rollback(database, instrumentation)
            : prepare(database, sql === "begin" ? "begin immediate" : sql, instrumentation);
        statements.set(sql, statement);
      }
      return statement;
    },
  };
}

/**
 * Lets readers not wait for the writer, and syncs a commit to the disk before it is acknowledged.
 */
function configure(database: DatabaseSync): void {
  try {
    database.exec("pragma journal_mode = wal; pragma synchronous = full");
  } catch (error) {
    database.close();
    // Another process is switching the same new file to WAL: the only case in which SQLite doesn't
    // wait.
    throw isBusy(error) ? new Contention(error) : error;
  }
}

function prepare(
  database: DatabaseSync,
  sql: string,
  instrumentation: Instrumentation,
): SqliteStatement {
  const kind = kindOf(sql);
  const statement = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => timed(instrumentation, kind, () => statement.all(...checked(parameters))),
    run: (parameters) => timed(instrumentation, kind, () => statement.run(...checked(parameters))),
    iterate: (parameters) => statement.iterate(...checked(parameters)),
  };
}

/**
 * On a full disk SQLite ends the transaction by itself. The rollback must then not hide the cause.
 */
function rollback(database: DatabaseSync, instrumentation: Instrumentation): SqliteStatement {
  const statement = prepare(database, "rollback", instrumentation);
  const nothing = { changes: 0, lastInsertRowid: 0 };
  return {
    ...statement,
    run: (parameters) => (database.isTransaction ? statement.run(parameters) : nothing),
  };
}
