// The connections of a process to one server.
import type { Connection, ConnectionOptions } from "mysql2";
import { ticks } from "../../../domain/clock.ts";
import { Contention, isLost, unavailable } from "../errors.ts";
import { Pool, sever } from "./pool.ts";

// mysql2 quotes with backslashes, so a server-wide NO_BACKSLASH_ESCAPES would allow SQL injection;
// we set the mode ourselves. The wait for a lock ends after a second, before the time of the
// statement.
const SQL_MODE = "STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";
const SESSION = `set session sql_mode = '${SQL_MODE}',
  session innodb_lock_wait_timeout = 1`;

// A read after locking a row must see what the last holder of the lock has written.
const ISOLATION = "set session transaction isolation level read committed";

const NO_AUTOCOMMIT = "set session autocommit = 0";

// On a Galera node, only the first statement of a transaction waits for the cluster. Without a
// `begin`, that may be any statement: 1 is for reads, 2 for updates and deletes, 4 for inserts.
// `awaited-reads.ts` decides for single statements.
const WAITING = "session wsrep_sync_wait = 7";

const GALERA = "show global variables like 'wsrep_on'";

/** A connection for a transaction. */
export interface Lent {
  readonly raw: Connection;
  /** Whether a transaction is open on it without a `begin`. */
  readonly isOpen: boolean;
}

/** Hands connections out. */
export interface ConnectionSource {
  /** Takes a connection whose statements commit themselves. */
  take(): Promise<Connection>;
  /** Takes a connection for a transaction. */
  takeForTransaction(): Promise<Lent>;
  /** Takes back a connection that has no open transaction. */
  give(raw: Connection): void;
  /** Ends a connection that can't be used again. */
  destroy(raw: Connection): void;
  /** Notes that a server may take no writes any more. */
  suspect(): void;
  /** Closes all connections. */
  end(): Promise<void>;
}

interface ConnectionsOptions {
  readonly address: ConnectionOptions;
  readonly connectionLimit: number;
  /** Runs a statement that sets a new connection up. */
  run(raw: Connection, sql: string): Promise<unknown>;
  /** Receives whether the server is a node of a Galera cluster, before its first statement. */
  onServer(isGalera: boolean): void;
}

/**
 * Hands out connections to one server. Those for transactions have `autocommit` off, which saves
 * the `begin`. They are never used for single statements, which would not be committed.
 */
export class MysqlConnections implements Omit<ConnectionSource, "suspect"> {
  readonly #pool: Pool;
  readonly #options: ConnectionsOptions;
  /** Those that are connected. */
  readonly #all = new Set<Connection>();
  /** When a caller last gave one back that works; in ticks. */
  #heardAt = -Infinity;
  /** Those that callers have. */
  readonly #lent = new Set<Connection>();
  #isRetired = false;
  #isGalera = false;
  /** Whether the server has said what it is, and no connection was lost since. */
  #isKnown = false;
  /** How many connections may be kept for transactions. */
  readonly #limit: number;
  readonly #ready = new WeakSet<Connection>();
  readonly #forTransactions = new Set<Connection>();
  /** Those for transactions that are free. */
  #free: Connection[] = [];
  /** How many are being made for transactions. */
  #coming = 0;
  /** Transactions that wait for a connection of either kind. */
  readonly #waiting = new Set<(raw: Connection) => void>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#limit = Math.floor(options.connectionLimit / 2);
    this.#pool = new Pool({
      address: options.address,
      limit: options.connectionLimit,
      onLost: (raw) => this.#lose(raw),
    });
  }

  /** Takes a connection whose statements commit themselves. */
  async take(): Promise<Connection> {
    const raw = await this.#pool.take();
    this.#all.add(raw);
    this.#lent.add(raw);
    if (this.#ready.has(raw)) return raw;
    if (!this.#isKnown) await this.#askForGalera(raw);
    await this.#set(raw, SESSION, ISOLATION);
    this.#ready.add(raw);
    return raw;
  }

  /** Takes a connection for a transaction. */
  async takeForTransaction(): Promise<Lent> {
    const free = this.#free.pop();
    if (free !== undefined) {
      this.#lent.add(free);
      return { raw: free, isOpen: true };
    }
    const isOpen = this.#coming + this.#forTransactions.size < this.#limit;
    if (!isOpen) return this.#takeEither();
    this.#coming++;
    try {
      const raw = await this.take();
      await this.#set(raw, this.#isGalera ? `${NO_AUTOCOMMIT}, ${WAITING}` : NO_AUTOCOMMIT);
      this.#forTransactions.add(raw);
      return { raw, isOpen };
    } finally {
      this.#coming--;
    }
  }

  /** Whether the server has answered statements since a moment, in ticks. */
  hasAnsweredSince(moment: number): boolean {
    return this.#heardAt >= moment;
  }

  /** Takes back a connection that has no open transaction. */
  give(raw: Connection): void {
    this.#heardAt = ticks();
    if (this.#isRetired) return this.destroy(raw);
    if (!this.#forTransactions.has(raw)) return this.#release(raw);
    const [next] = this.#waiting;
    if (next !== undefined) return next(raw);
    this.#lent.delete(raw);
    this.#free.push(raw);
  }

  /** Ends a connection that can't be used again. */
  destroy(raw: Connection): void {
    this.#lose(raw);
    this.#lent.delete(raw);
    this.#pool.destroy(raw);
  }

  /** Makes connections anew whose making began before a moment, in ticks, and isn't done. */
  abandon(before: number): void {
    this.#pool.abandon(before);
  }

  /** Ends all connections that are free now, and each other one when it is given back. */
  retire(): void {
    this.#isRetired = true;
    for (const raw of this.#all) if (!this.#lent.has(raw)) this.destroy(raw);
    this.#pool.close();
  }

  /** Ends all connections at once. What runs on them fails as with a lost connection. */
  abort(): void {
    this.#isRetired = true;
    const lost = Object.assign(new Error("the database host is gone"), { code: "HOST_GONE" });
    for (const raw of this.#all) sever(raw, lost);
    this.#pool.close();
  }

  /** Closes all connections. */
  end(): Promise<void> {
    return this.#pool.end();
  }

  /**
   * Waits for a connection of either kind, whichever is free first. Otherwise those kept for
   * transactions would be idle while transactions wait.
   */
  async #takeEither(): Promise<Lent> {
    const given = Promise.withResolvers<Lent>();
    const next = (raw: Connection): void => {
      this.#waiting.delete(next);
      given.resolve({ raw, isOpen: true });
    };
    this.#waiting.add(next);
    return Promise.race([given.promise, this.#takeFor(next, given.promise)]);
  }

  /** Takes a connection of the pool, unless the one who waits has been given another meanwhile. */
  async #takeFor(next: (raw: Connection) => void, given: Promise<Lent>): Promise<Lent> {
    try {
      const raw = await this.take();
      if (this.#waiting.has(next)) return { raw, isOpen: false };
      this.#release(raw);
      return await given;
    } finally {
      this.#waiting.delete(next);
    }
  }

  #release(raw: Connection): void {
    this.#lent.delete(raw);
    this.#pool.release(raw);
  }

  /**
   * Forgets a connection, and what the server is: it may come back as a node of a cluster, where
   * reads must wait.
   */
  #lose(raw: Connection): void {
    this.#isKnown = false;
    this.#all.delete(raw);
    if (this.#forTransactions.delete(raw)) this.#free = this.#free.filter((each) => each !== raw);
  }

  async #askForGalera(raw: Connection): Promise<void> {
    const rows = (await this.#set(raw, GALERA)) as { Value: string }[];
    this.#isGalera = rows[0]?.Value === "ON";
    this.#isKnown = true;
    this.#options.onServer(this.#isGalera);
  }

  /** Runs settings; returns the answer to the last one. */
  async #set(raw: Connection, ...settings: readonly string[]): Promise<unknown> {
    try {
      let answer: unknown;
      for (const setting of settings) answer = await this.#options.run(raw, setting);
      return answer;
    } catch (error) {
      this.destroy(raw);
      // One that was cut while it was free: nothing has run on it, so the caller can take another.
      throw isLost(error) ? new Contention(error) : unavailable(error);
    }
  }
}
