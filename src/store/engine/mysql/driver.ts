// MySQL and MariaDB through mysql2, as a driver for Kysely.
import type { CompiledQuery, DatabaseConnection, Driver, QueryResult } from "kysely";
import type { Connection, ConnectionOptions, ResultSetHeader, RowDataPacket } from "mysql2";
import { requireTime, untilConfirmed } from "../../../domain/call-time.ts";
import { ticks } from "../../../domain/clock.ts";
import type { Instrumentation } from "../../../domain/instrumentation.ts";
import { checked } from "../check-parameters.ts";
import {
  Contention,
  isBroken,
  isLost,
  isUnanswered,
  meansAnother,
  unconfirmed,
} from "../errors.ts";
import { kindOf } from "../instrumentation.ts";
import { awaited, isAwaited } from "./awaited-reads.ts";
import { type ConnectionSource, MysqlConnections } from "./connections.ts";
import { Hosts } from "./hosts.ts";
import { SingleHost } from "./single-host.ts";

export interface MysqlOptions {
  /** Of each server, in the order in which they are preferred. */
  readonly addresses: readonly ConnectionOptions[];
  readonly connectionLimit: number;
  /** How long a statement may take, in milliseconds; 0 means no limit. */
  readonly statementTimeout: number;
  readonly instrumentation: Instrumentation;
  /** Receives whether the servers are nodes of a Galera cluster, before the first statement. */
  onServer(isGalera: boolean): void;
  /** How long an earlier server must be well before it is used again, in milliseconds. */
  readonly returnAfter?: number | undefined;
}

/** Runs a statement on a connection. It calls `done` with the error of the driver, if any. */
type Query = (
  raw: Connection,
  sql: string,
  values: readonly unknown[],
  done: (error: unknown, result: RowDataPacket[] | ResultSetHeader) => void,
) => void;

export class MysqlDriver implements Driver {
  readonly #query: Query;
  readonly #connections: ConnectionSource;
  #isGalera = false;

  constructor(options: MysqlOptions) {
    const { addresses, connectionLimit, statementTimeout, instrumentation } = options;
    this.#query = (raw, sql, values, done) => {
      const startedAt = ticks();
      raw.query<RowDataPacket[] | ResultSetHeader>(
        {
          sql: this.#isGalera && isAwaited(sql) ? awaited(sql) : sql,
          values: checked(values),
          timeout: statementTimeout,
        },
        (error, result) => {
          if (meansAnother(error)) this.#connections.suspect();
          instrumentation.statement(kindOf(sql), ticks() - startedAt, Boolean(error));
          done(error, result);
        },
      );
    };
    const run = (raw: Connection, sql: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        this.#query(raw, sql, [], (error, result) => (error ? reject(error) : resolve(result)));
      });
    const onServer = (isGalera: boolean): void => {
      this.#isGalera = isGalera;
      options.onServer(isGalera);
    };
    const open = (address: ConnectionOptions) =>
      new MysqlConnections({ address, connectionLimit, run, onServer });
    this.#connections =
      addresses.length === 1
        ? new SingleHost(addresses[0]!, open(addresses[0]!))
        : new Hosts({
            addresses,
            open,
            onChange: instrumentation.hostChanged,
            returnAfter: options.returnAfter,
          });
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<MysqlConnection> {
    return new MysqlConnection(this.#connections, this.#query);
  }

  beginTransaction = (connection: MysqlConnection): Promise<void> => connection.begin();
  commitTransaction = (connection: MysqlConnection): Promise<void> => connection.commit();
  rollbackTransaction = (connection: MysqlConnection): Promise<void> => connection.rollback();

  async releaseConnection(connection: MysqlConnection): Promise<void> {
    connection.release();
  }

  /** Destroys a connection that can't be closed in an orderly way. */
  destroy(): Promise<void> {
    return this.#connections.end();
  }
}

/**
 * A connection while one caller uses it. It is taken with the first statement, because only that
 * says whether it is for a transaction. After a failure it rejects every statement, and isn't used
 * again.
 */
class MysqlConnection implements DatabaseConnection {
  readonly #connections: ConnectionSource;
  readonly #query: Query;
  #raw: Connection | undefined;
  #taking: Promise<Connection> | undefined;
  #failure: unknown;
  /** Whether a transaction is open: if the connection is lost, the server rolls it back. */
  #undoable = false;
  #inTransaction = false;
  /** Whether the connection was taken for a transaction. */
  #isLent = false;

  constructor(connections: ConnectionSource, query: Query) {
    this.#connections = connections;
    this.#query = query;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    requireTime();
    if (this.#raw === undefined) {
      this.#raw = await (this.#taking ??= this.#connections.take());
      requireTime();
    }
    const commitsItself = !this.#inTransaction && !isReading(sql);
    const run = () => this.#run<Row>(sql, parameters);
    return commitsItself ? untilConfirmed(run) : run();
  }

  streamQuery(): AsyncIterableIterator<never> {
    throw new Error("streaming queries is not supported");
  }

  async begin(): Promise<void> {
    requireTime();
    let isOpen = false;
    if (this.#raw === undefined) {
      ({ raw: this.#raw, isOpen } = await this.#connections.takeForTransaction());
      this.#isLent = true;
      requireTime();
    }
    this.#inTransaction = true;
    this.#undoable = true;
    if (!isOpen) await this.#run("begin", []);
  }

  async commit(): Promise<void> {
    requireTime();
    // From here on, a lost connection leaves open whether the commit happened, so it must not run
    // again.
    this.#undoable = false;
    await untilConfirmed(() => this.#run("commit", []));
    this.#end();
  }

  async rollback(): Promise<void> {
    await this.#run("rollback", []);
    this.#undoable = false;
    this.#end();
  }

  /** Gives the connection back, if it still has one. */
  release(): void {
    const raw = this.#raw;
    this.#raw = this.#taking = undefined;
    if (raw === undefined) return;
    const isUsable = this.#failure === undefined && !this.#inTransaction;
    if (isUsable) this.#connections.give(raw);
    else this.#connections.destroy(raw);
  }

  /** Ends the transaction. Its connection isn't for single statements, so it is given back. */
  #end(): void {
    this.#inTransaction = false;
    if (this.#isLent) this.release();
  }

  #run<Row>(sql: string, values: readonly unknown[]): Promise<QueryResult<Row>> {
    return new Promise((resolve, reject) => {
      const raw = this.#raw;
      if (this.#failure !== undefined) return reject(this.#failure);
      if (raw === undefined) return reject(new Error("there is no open transaction"));
      this.#query(raw, sql, values, (error, result) => {
        if (!error) return resolve(answer(result));
        const repeatable = this.#undoable || isReading(sql);
        const reason = repeatable ? againIfLost(error) : unknownIfOpen(sql, error);
        if (isBroken(error)) this.#failure = reason;
        reject(reason);
      });
    });
  }
}

const isReading = (sql: string): boolean => sql.startsWith("select");

const againIfLost = (error: unknown): unknown => (isLost(error) ? new Contention(error) : error);

/** MySQL: a failure of the commit, and an interrupted one. */
const OPEN_COMMIT: ReadonlySet<unknown> = new Set([1180, 1317]);

/**
 * A commit that fails without a conflict may have happened: a Galera node that loses its cluster
 * meanwhile ends it so, and the others may have got it.
 */
function unknownIfOpen(sql: string, error: unknown): unknown {
  const { errno } = error as { errno?: unknown };
  const isOpen = isUnanswered(error) || (sql === "commit" && OPEN_COMMIT.has(errno));
  return isOpen ? unconfirmed(error) : error;
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
