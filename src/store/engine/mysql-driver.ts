// MySQL and MariaDB through mysql2's pool, as a driver for Kysely. It owns connections and how long
// anything may take, so that a database which is gone or hangs is noticed soon, and must not know
// any table.
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import {
  createPool,
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type ResultSetHeader,
  type RowDataPacket,
} from "mysql2";
import { ticks } from "../../domain/clock.ts";
import type { Instrumentation } from "../../domain/instrumentation.ts";
import { Contention, isBroken, isLost, unavailable } from "./errors.ts";
import { checked } from "./check-parameters.ts";
import { kindOf } from "./instrumentation.ts";

/** Where the server is, and how the connection to it is protected. */
export interface MysqlServer {
  /** `mysql://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** The server's socket on this machine, instead of host and port. */
  readonly socketPath?: string | undefined;
  /** Absent: clear text. */
  readonly tls?:
    | { readonly mode: "required" | "verify-ca" | "verify-full"; readonly ca?: Buffer | undefined }
    | undefined;
}

export interface MysqlOptions extends MysqlServer {
  readonly connectionLimit: number;
  /** How long a statement may take in milliseconds; 0 is for ever. */
  readonly statementTimeout: number;
  readonly instrumentation: Instrumentation;
}

/** How long a call waits for a connection, be it new or one that others use. */
const CONNECTION_TIMEOUT = 1_000;

/** How many calls may wait for a connection. */
const QUEUE_LIMIT = 1_000;

// mysql2 quotes with backslashes, so a server-wide NO_BACKSLASH_ESCAPES would open it to injection:
// the mode is ours. A lock that isn't free within a second is given up before the statement's own
// time is over. On a Galera node, reads wait until it knows all that the cluster has acknowledged;
// servers other than MariaDB skip that comment.
const SESSION = `set session sql_mode = 'STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  session innodb_lock_wait_timeout = 1 /*M! , session wsrep_sync_wait = 1 */`;

// What is read after a row has been locked must be what the last holder of the lock has written.
const ISOLATION = "set session transaction isolation level read committed";

export class MysqlDriver implements Driver {
  readonly #pool: Pool;
  readonly #timeout: number;
  readonly #instrumentation: Instrumentation;
  readonly #prepared = new WeakSet<PoolConnection>();

  constructor(options: MysqlOptions) {
    this.#timeout = options.statementTimeout;
    this.#instrumentation = options.instrumentation;
    this.#pool = createPool({
      ...addressOf(options),
      connectionLimit: options.connectionLimit,
      queueLimit: QUEUE_LIMIT,
      connectTimeout: CONNECTION_TIMEOUT,
      supportBigNumbers: true,
      timezone: "Z",
      charset: "utf8mb4_bin",
    });
    // Whoever waits for an answer hears of the failure; as an event that nobody listens to it would
    // end the process.
    this.#pool.on("connection", (connection) => connection.on("error", () => {}));
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<MysqlConnection> {
    const raw = await this.#take();
    const connection = new MysqlConnection(raw, this.#timeout, this.#instrumentation);
    if (this.#prepared.has(raw)) return connection;
    try {
      for (const setting of [SESSION, ISOLATION]) await connection.run(setting, []);
    } catch (error) {
      raw.destroy();
      throw unavailable(error);
    }
    this.#prepared.add(raw);
    return connection;
  }

  beginTransaction = (connection: MysqlConnection): Promise<void> => connection.begin();
  commitTransaction = (connection: MysqlConnection): Promise<void> => connection.commit();
  rollbackTransaction = (connection: MysqlConnection): Promise<void> => connection.rollback();

  async releaseConnection(connection: MysqlConnection): Promise<void> {
    connection.release();
  }

  /** A connection that can't take its leave is closed all the same. */
  destroy(): Promise<void> {
    return new Promise((resolve) => this.#pool.end(() => resolve()));
  }

  #take(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(unavailable(new Error("no connection in time")));
      }, CONNECTION_TIMEOUT);
      this.#pool.getConnection((error, connection) => {
        clearTimeout(timer);
        if (error) reject(unavailable(error));
        else if (late) connection.release();
        else resolve(connection);
      });
    });
  }
}

/**
 * A connection while one caller has it. Once it has failed it fails every statement, and goes
 * instead of back to the pool.
 */
class MysqlConnection implements DatabaseConnection {
  readonly #raw: PoolConnection;
  readonly #timeout: number;
  readonly #instrumentation: Instrumentation;
  #failure: unknown;
  /** A transaction is open: if the connection is lost, the server undoes it. */
  #undoable = false;

  constructor(raw: PoolConnection, timeout: number, instrumentation: Instrumentation) {
    this.#raw = raw;
    this.#timeout = timeout;
    this.#instrumentation = instrumentation;
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.run(sql, parameters);
  }

  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("nothing here streams");
  }

  async begin(): Promise<void> {
    this.#undoable = true;
    await this.run("begin", []);
  }

  async commit(): Promise<void> {
    // From here on a lost connection leaves open whether it happened, so it must not be done again.
    this.#undoable = false;
    await this.run("commit", []);
  }

  async rollback(): Promise<void> {
    await this.run("rollback", []);
    this.#undoable = false;
  }

  release(): void {
    if (this.#failure === undefined) this.#raw.release();
    else this.#raw.destroy();
  }

  run<Row>(sql: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      const startedAt = ticks();
      const done = (error: unknown, result: RowDataPacket[] | ResultSetHeader): void => {
        this.#instrumentation.statement(kindOf(sql), ticks() - startedAt, Boolean(error));
        if (!error) return resolve(answer(result));
        const repeatable = this.#undoable || sql.startsWith("select");
        const reason = isLost(error) && repeatable ? new Contention(error) : error;
        if (isBroken(error)) this.#failure = reason;
        reject(reason);
      };
      this.#raw.query<RowDataPacket[] | ResultSetHeader>(
        { sql, values: checked(values), timeout: this.#timeout },
        done,
      );
    });
  }
}

/**
 * mysql2's own reading of a URL takes every parameter as an option of its own, and drops those that
 * it doesn't know.
 */
function addressOf({ url, socketPath, tls }: MysqlServer): PoolOptions {
  const { hostname, port, username, password, pathname, search } = new URL(url);
  if (search !== "") throw new Error("the database's URL has parameters, which nothing reads");
  const host = hostname.replace(/^\[|\]$/g, "");
  return {
    host,
    ...(port !== "" && { port: Number(port) }),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    ...(socketPath !== undefined && { socketPath }),
    ...(tls !== undefined && {
      ssl: {
        ca: tls.ca,
        rejectUnauthorized: tls.mode !== "required",
        verifyIdentity: tls.mode === "verify-full",
      },
    }),
  };
}

function answer<Row>(result: RowDataPacket[] | ResultSetHeader): QueryResult<Row> {
  return Array.isArray(result)
    ? { rows: result as Row[] }
    : { rows: [], numAffectedRows: BigInt(result.affectedRows) };
}
