import {
  Kysely,
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { type Instrumentation, noInstrumentation } from "../../domain/instrumentation.ts";
import type { Database } from "./database.ts";
import { type Engine, mysqlEngine, sqliteEngine } from "./engine.ts";
import type { MysqlServer } from "./mysql/address.ts";
import { MysqlDriver } from "./mysql/driver.ts";
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

/** Connects at the first query. `patient` sets no limit to the time of a statement. */
export function connect(
  options: StoreOptions,
  patience: "patient" | "impatient",
  instrumentation: Instrumentation = noInstrumentation,
): { db: Database; engine: Engine } {
  if (options.kind === "sqlite") {
    const dialect = {
      createAdapter: () => new SharedSqliteAdapter(),
      createDriver: () => new SqliteDriver(options.file, instrumentation),
      createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    };
    return { db: new Kysely({ dialect }), engine: sqliteEngine };
  }
  const statementTimeout = patience === "patient" ? 0 : STATEMENT_TIMEOUT;
  const driver = new MysqlDriver({
    ...options,
    connectionLimit: connectionsOf(options),
    statementTimeout,
    instrumentation,
  });
  const dialect = {
    createAdapter: () => new MysqlAdapter(),
    createDriver: () => driver,
    createIntrospector: (db: Kysely<unknown>) => new MysqlIntrospector(db),
    createQueryCompiler: () => new MysqlQueryCompiler(),
  };
  return { db: new Kysely({ dialect }), engine: mysqlEngine };
}
