import {
  type DatabaseConnection,
  type Driver,
  Kysely,
  MysqlIntrospector,
  MysqlQueryCompiler,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { type Instrumentation, noInstrumentation } from "../../domain/instrumentation.ts";
import type { Database } from "./database.ts";
import { type Engine, mysqlEngine, sqliteEngine } from "./engine.ts";
import { addressesOf, type MysqlServer } from "./mysql/address.ts";
import { ServerAdapter } from "./mysql/server-adapter.ts";
import { SharedSqliteAdapter, SqliteDriver } from "./sqlite-driver.ts";

/** The database to connect to: a file, or a server. */
export type StoreOptions =
  | { readonly kind: "sqlite"; readonly file: string }
  | ({ readonly kind: "mysql"; readonly connectionLimit?: number | undefined } & MysqlServer);

/** How long a statement may take, in milliseconds. */
const STATEMENT_TIMEOUT = 2_000;

/** Returns the largest number of connections of a store. */
export const connectionsOf = (options: StoreOptions): number =>
  options.kind === "sqlite" ? 1 : (options.connectionLimit ?? 10);

/** How long one that is patient waits while another process writes a file, in milliseconds. */
const PATIENT_LOCK_TIME = 60_000;

/**
 * Connects at the first query. `patient` sets no limit to the time of a statement, and waits longer
 * for another process: a migration of a large file keeps all others waiting.
 */
export function connect(
  options: StoreOptions,
  patience: "patient" | "impatient",
  instrumentation: Instrumentation = noInstrumentation,
): { db: Database; engine: Engine } {
  if (options.kind === "sqlite") {
    const dialect = {
      createAdapter: () => new SharedSqliteAdapter(),
      createDriver: () =>
        new SqliteDriver({
          file: options.file,
          instrumentation,
          lockTime: patience === "patient" ? PATIENT_LOCK_TIME : undefined,
        }),
      createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
    return { db: new Kysely({ dialect }), engine: sqliteEngine };
  }
  // An address that can't be used is an error at once, not at the first query.
  const addresses = addressesOf(options);
  const adapter = new ServerAdapter();
  const statementTimeout = patience === "patient" ? 0 : STATEMENT_TIMEOUT;
  const driver = new LazyDriver(async () => {
    const { MysqlDriver } = await import("./mysql/driver.ts");
    return new MysqlDriver({
      addresses,
      connectionLimit: connectionsOf(options),
      statementTimeout,
      instrumentation,
      onServer: (isGalera) => (adapter.isGalera = isGalera),
    });
  });
  const dialect = {
    createAdapter: () => adapter,
    createDriver: () => driver,
    createIntrospector: (db: Kysely<unknown>) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
  return { db: new Kysely({ dialect }), engine: mysqlEngine };
}

/** A driver whose code is loaded with the first query: SQLite needs none of MySQL's. */
class LazyDriver implements Driver {
  readonly #load: () => Promise<Driver>;
  #loaded: Driver | undefined;

  constructor(load: () => Promise<Driver>) {
    this.#load = load;
  }

  /** Kysely calls this once, before everything else. */
  async init(): Promise<void> {
    this.#loaded = await this.#load();
    await this.#loaded.init();
  }

  get #driver(): Driver {
    if (this.#loaded === undefined) throw new Error("the driver has not been initialized");
    return this.#loaded;
  }

  acquireConnection = (): Promise<DatabaseConnection> => this.#driver.acquireConnection();
  beginTransaction: Driver["beginTransaction"] = (connection, settings) =>
    this.#driver.beginTransaction(connection, settings);
  commitTransaction = (connection: DatabaseConnection): Promise<void> =>
    this.#driver.commitTransaction(connection);
  rollbackTransaction = (connection: DatabaseConnection): Promise<void> =>
    this.#driver.rollbackTransaction(connection);
  releaseConnection = (connection: DatabaseConnection): Promise<void> =>
    this.#driver.releaseConnection(connection);
  destroy = (): Promise<void> => this.#driver.destroy();
}
