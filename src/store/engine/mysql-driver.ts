// MySQL and MariaDB through the pool of mysql2, as a driver for Kysely. All waits are bounded, so
// that an unreachable or hanging database is detected soon.
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

/** The address of the server, and the protection of the connection. */
export interface MysqlServer {
  /** `mysql://user:password@host:port/database`, without parameters. */
  readonly url: string;
  /** The socket of a server on this machine, instead of host and port. */
  readonly socketPath?: string | undefined;
  /** Absent: no TLS. */
  readonly tls?:
    | { readonly mode: "required" | "verify-ca" | "verify-full"; readonly ca?: Buffer | undefined }
    | undefined;
}

export interface MysqlOptions extends MysqlServer {
  readonly connectionLimit: number;
  /** How long a statement may take, in milliseconds; 0 means no limit. */
  readonly statementTimeout: number;
  readonly instrumentation: Instrumentation;
}

/** How long a call waits for a connection, a new one or one of the pool, in milliseconds. */
const CONNECTION_TIMEOUT = 1_000;

/** How many calls may wait for a connection. */
const QUEUE_LIMIT = 1_000;

// mysql2 quotes with backslashes, so a server-wide NO_BACKSLASH_ESCAPES would allow SQL injection;
// we set the mode ourselves. The wait for a lock ends after a second, before the time of the
// statement. On a Galera node, reads wait until the node has all writes that the cluster has
// acknowledged; servers other than MariaDB skip that comment.
const SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";
const SESSION = `set session sql_mode = '${SQL_MODE}',
  session innodb_lock_wait_timeout = 1 /*M! , session wsrep_sync_wait = 1 */`;

// A read after locking a row must see what the last holder of the lock has written.
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
    // The waiting caller gets the failure as a rejection; an error event without a listener would
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

  /** Destroys a connection that can't be closed in an orderly way. */
  destroy(): Promise<void> {
    return new Promise((resolve) => this.#pool.end(() => resolve()));
  }

  #take(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        reject(
          unavailable(Object.assign(new Error("no connection in time"), { code: "NO_CONNECTION" })),
        );
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
 * A connection while one caller uses it. After a failure it rejects every statement, and isn't
 * returned to the pool.
 */
class MysqlConnection implements DatabaseConnection {
  readonly #raw: PoolConnection;
  readonly #timeout: number;
  readonly #instrumentation: Instrumentation;
  #failure: unknown;
  /** Whether a transaction is open: if the connection is lost, the server rolls it back. */
  #undoable = false;

  constructor(raw: PoolConnection, timeout: number, instrumentation: Instrumentation) {
    this.#raw = raw;
    this.#timeout = timeout;
    this.#instrumentation = instrumentation;
  }

  executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    return this.run(sql, parameters);
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error("streaming queries is not supported");
  }

  async begin(): Promise<void> {
    this.#undoable = true;
    await this.run("begin", []);
  }

  async commit(): Promise<void> {
    // From here on, a lost connection leaves open whether the commit happened, so it must not run
    // again.
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
 * Parses the URL ourselves: mysql2 would take every parameter as an option of its own, and ignore
 * unknown ones.
 */
function addressOf({ url, socketPath, tls }: MysqlServer): PoolOptions {
  const { hostname, port, username, password, pathname, search } = new URL(url);
  if (search !== "") throw new Error("the database URL has parameters, which are not supported");
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
    : {
        rows: [],
        numAffectedRows: BigInt(result.affectedRows),
        insertId: BigInt(result.insertId),
      };
}
