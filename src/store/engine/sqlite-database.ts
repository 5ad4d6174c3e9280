// One connection to a SQLite file through node:sqlite.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { QueryResult } from "kysely";
import type { Instrumentation } from "../../domain/instrumentation.ts";
import { Contention, isBusy } from "./errors.ts";
import { checked } from "./check-parameters.ts";
import { kindOf, timed } from "./instrumentation.ts";

/**
 * How long opening the file and reading wait for another process, in milliseconds. Only a process
 * that repairs or closes the file makes a reader wait.
 */
const BUSY_TIMEOUT = 5_000;

export interface SqliteDatabase {
  /** Whether a transaction is open. SQLite ends one by itself when the disk is full. */
  readonly inTransaction: boolean;
  run<Row>(sql: string, parameters?: readonly unknown[]): QueryResult<Row>;
  close(): void;
}

/**
 * Opens the file. A new one is created in a folder that only this user can read. A statement that
 * needs the lock of another process fails at once: SQLite would wait without letting the process do
 * anything else, so `GroupCommit` waits.
 */
export function openSqlite(file: string, instrumentation: Instrumentation): SqliteDatabase {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  configure(database);
  return connectionOf(database, instrumentation);
}

/** Opens an existing file for reading. It sees what is committed when a statement begins. */
export function openReader(file: string, instrumentation: Instrumentation): SqliteDatabase {
  // Not `readOnly`: a process that only reads can't recover the WAL of one that was killed.
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  database.exec("pragma query_only = on");
  return connectionOf(database, instrumentation);
}

/**
 * Lets readers not wait for the writer, and syncs a commit to the disk before it is acknowledged.
 */
function configure(database: DatabaseSync): void {
  try {
    database.exec("pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 0");
  } catch (error) {
    database.close();
    // Another process is switching the same new file to WAL: the only case in which SQLite doesn't
    // wait.
    throw isBusy(error) ? new Contention(error) : error;
  }
}

function connectionOf(database: DatabaseSync, instrumentation: Instrumentation): SqliteDatabase {
  // Statements are built from code, never from input, so their number is bounded.
  const statements = new Map<string, Prepared>();
  return {
    get inTransaction() {
      return database.isTransaction;
    },
    run<Row>(sql: string, parameters: readonly unknown[] = []): QueryResult<Row> {
      let prepared = statements.get(sql);
      if (prepared === undefined) statements.set(sql, (prepared = prepare(database, sql)));
      const { statement, kind, returnsRows } = prepared;
      return timed(instrumentation, kind, () => {
        const values = checked(parameters);
        if (returnsRows) return { rows: statement.all(...values) as Row[] };
        const { changes } = statement.run(...values);
        return { rows: [], numAffectedRows: BigInt(changes) };
      });
    },
    close: () => database.close(),
  };
}

interface Prepared {
  readonly statement: StatementSync;
  readonly kind: string;
  readonly returnsRows: boolean;
}

function prepare(database: DatabaseSync, sql: string): Prepared {
  const statement = database.prepare(sql);
  return { statement, kind: kindOf(sql), returnsRows: statement.columns().length > 0 };
}
