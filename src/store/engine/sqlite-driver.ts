// SQLite as a driver for Kysely: one connection that writes, and one that reads.
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
  SqliteAdapter,
} from "kysely";
import { requireTime, untilConfirmed } from "../../domain/call-time.ts";
import type { Instrumentation } from "../../domain/instrumentation.ts";
import { GroupCommit, type WriteTurn } from "./group-commit.ts";
import { kindOf } from "./instrumentation.ts";
import { openReader, openSqlite, type SqliteDatabase } from "./sqlite-database.ts";

/** Lets calls run side by side; the driver puts those that write in a line. */
export class SharedSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

interface OpenFile {
  readonly writer: SqliteDatabase;
  /** Not the writer: a look-up must not see what isn't committed, or wait for it. */
  readonly reader: SqliteDatabase;
  readonly writes: GroupCommit;
}

interface SqliteOptions {
  readonly file: string;
  readonly instrumentation: Instrumentation;
  /** How long a transaction waits for the lock of another process, in milliseconds. */
  readonly lockTime?: number | undefined;
}

export class SqliteDriver implements Driver {
  readonly #options: SqliteOptions;
  #file: OpenFile | undefined;

  constructor(options: SqliteOptions) {
    this.#options = options;
  }

  async init(): Promise<void> {
    const { file, instrumentation, lockTime } = this.#options;
    const writer = openSqlite(file, instrumentation);
    try {
      const reader = openReader(file, instrumentation);
      this.#file = {
        writer,
        reader,
        writes: new GroupCommit(writer, { onLongLock: instrumentation.lockAwaited, lockTime }),
      };
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  async acquireConnection(): Promise<SqliteConnection> {
    if (this.#file === undefined) throw new Error("the database file is not open");
    return new SqliteConnection(this.#file);
  }

  beginTransaction = (connection: SqliteConnection): Promise<void> => connection.begin();
  commitTransaction = (connection: SqliteConnection): Promise<void> => connection.commit();
  rollbackTransaction = (connection: SqliteConnection): Promise<void> => connection.rollback();

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#file?.reader.close();
    this.#file?.writer.close();
  }
}

/** The file while one caller uses it. */
class SqliteConnection implements DatabaseConnection {
  readonly #file: OpenFile;
  #turn: WriteTurn | undefined;

  constructor(file: OpenFile) {
    this.#file = file;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    requireTime();
    if (this.#turn) return this.#turn.run(sql, parameters);
    if (kindOf(sql) === "select") return this.#file.reader.run(sql, parameters);
    return untilConfirmed(() => this.#file.writes.runAlone(sql, parameters));
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error("streaming queries is not supported");
  }

  async begin(): Promise<void> {
    requireTime();
    this.#turn = await this.#file.writes.begin();
  }

  async commit(): Promise<void> {
    requireTime();
    await untilConfirmed(async () => this.#turn?.commit());
  }

  async rollback(): Promise<void> {
    this.#turn?.rollback();
  }
}
