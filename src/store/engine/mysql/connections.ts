// The connections of a process to one server.
import { createPool, type Pool, type PoolConnection, type PoolOptions } from "mysql2";
import { Contention, isLost, unavailable } from "../errors.ts";

/**
 * How long a call waits for a connection, a new one or one of the pool, in milliseconds. A burst on
 * a machine without a free core makes a handshake take more than a second, and the database is
 * still there.
 */
const CONNECTION_TIMEOUT = 3_000;

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

// On a Galera node, only the first statement of a transaction waits for the cluster. Without a
// `begin`, that may be any statement: 1 is for reads, 2 for updates and deletes, 4 for inserts.
const NO_AUTOCOMMIT = "set session autocommit = 0 /*M! , session wsrep_sync_wait = 7 */";

/** A connection for a transaction. */
interface Lent {
  readonly raw: PoolConnection;
  /** Whether a transaction is open on it without a `begin`. */
  readonly isOpen: boolean;
}

/**
 * Hands connections out. Those for transactions have `autocommit` off, which saves the `begin`.
 * They are never used for single statements, which would not be committed.
 */
export class MysqlConnections {
  readonly #pool: Pool;
  readonly #run: (raw: PoolConnection, sql: string) => Promise<unknown>;
  /** How many connections may be kept for transactions. */
  readonly #limit: number;
  readonly #ready = new WeakSet<PoolConnection>();
  readonly #forTransactions = new Set<PoolConnection>();
  /** Those for transactions that are free. */
  #free: PoolConnection[] = [];
  /** How many are being made for transactions. */
  #coming = 0;
  /** Transactions that wait for a connection of either kind. */
  readonly #waiting = new Set<(raw: PoolConnection) => void>();

  /** `run` sets a new connection up. */
  constructor(
    address: PoolOptions,
    connectionLimit: number,
    run: (raw: PoolConnection, sql: string) => Promise<unknown>,
  ) {
    this.#run = run;
    this.#limit = Math.floor(connectionLimit / 2);
    this.#pool = createPool({
      ...address,
      connectionLimit,
      queueLimit: QUEUE_LIMIT,
      connectTimeout: CONNECTION_TIMEOUT,
      supportBigNumbers: true,
      timezone: "Z",
      charset: "utf8mb4_bin",
    });
    // The waiting caller gets the failure as a rejection; an error event without a listener would
    // end the process.
    this.#pool.on("connection", (connection) => {
      for (const event of ["error", "end"]) connection.on(event, () => this.#forget(connection));
    });
  }

  /** Takes a connection whose statements commit themselves. */
  async take(): Promise<PoolConnection> {
    const raw = await this.#take();
    if (this.#ready.has(raw)) return raw;
    await this.#set(raw, SESSION, ISOLATION);
    this.#ready.add(raw);
    return raw;
  }

  /** Takes a connection for a transaction. */
  async takeForTransaction(): Promise<Lent> {
    const free = this.#free.pop();
    if (free !== undefined) return { raw: free, isOpen: true };
    const isOpen = this.#coming + this.#forTransactions.size < this.#limit;
    if (!isOpen) return this.#takeEither();
    this.#coming++;
    try {
      const raw = await this.take();
      await this.#set(raw, NO_AUTOCOMMIT);
      this.#forTransactions.add(raw);
      return { raw, isOpen };
    } finally {
      this.#coming--;
    }
  }

  /** Takes back a connection that has no open transaction. */
  give(raw: PoolConnection): void {
    if (!this.#forTransactions.has(raw)) return raw.release();
    const [next] = this.#waiting;
    if (next === undefined) this.#free.push(raw);
    else next(raw);
  }

  /** Ends a connection that can't be used again. */
  destroy(raw: PoolConnection): void {
    this.#forget(raw);
    raw.destroy();
  }

  /** Closes all connections. */
  end(): Promise<void> {
    return new Promise((resolve) => this.#pool.end(() => resolve()));
  }

  /**
   * Waits for a connection of either kind, whichever is free first. Otherwise those kept for
   * transactions would be idle while transactions wait.
   */
  async #takeEither(): Promise<Lent> {
    const given = Promise.withResolvers<Lent>();
    const next = (raw: PoolConnection): void => {
      this.#waiting.delete(next);
      given.resolve({ raw, isOpen: true });
    };
    this.#waiting.add(next);
    return Promise.race([given.promise, this.#takeFor(next, given.promise)]);
  }

  /** Takes a connection of the pool, unless the one who waits has been given another meanwhile. */
  async #takeFor(next: (raw: PoolConnection) => void, given: Promise<Lent>): Promise<Lent> {
    try {
      const raw = await this.take();
      if (this.#waiting.has(next)) return { raw, isOpen: false };
      raw.release();
      return await given;
    } finally {
      this.#waiting.delete(next);
    }
  }

  #forget(raw: PoolConnection): void {
    if (this.#forTransactions.delete(raw)) this.#free = this.#free.filter((each) => each !== raw);
  }

  async #set(raw: PoolConnection, ...settings: readonly string[]): Promise<void> {
    try {
      for (const setting of settings) await this.#run(raw, setting);
    } catch (error) {
      raw.destroy();
      // One that was cut while it was free: nothing has run on it, so the caller can take another.
      throw isLost(error) ? new Contention(error) : unavailable(error);
    }
  }

  #take(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false;
      const giveUp = (): void => {
        late = true;
        reject(
          unavailable(Object.assign(new Error("no connection in time"), { code: "NO_CONNECTION" })),
        );
      };
      // After a pause of the process, timers run before what has arrived meanwhile is read.
      let immediate: NodeJS.Immediate | undefined;
      const timer = setTimeout(() => (immediate = setImmediate(giveUp)), CONNECTION_TIMEOUT);
      this.#pool.getConnection((error, connection) => {
        clearTimeout(timer);
        clearImmediate(immediate);
        if (error) reject(unavailable(error));
        else if (late) connection.release();
        else resolve(connection);
      });
    });
  }
}
