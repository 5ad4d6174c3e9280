// Collects facts about a database without changing anything; even opening it writes nothing.
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { emailKey } from "../../domain/accounts/email-address.ts";
import { connect, type StoreOptions } from "./connect.ts";
import { isMissingTable } from "./errors.ts";
import { toList } from "../tables/json-list.ts";
import { MIGRATION_NAMES } from "./migrate.ts";
import { KEY_RULES, type KeptKey, keptKeys } from "../tables/users/user-keys.ts";

/** The facts about a database. */
export interface DatabaseFacts {
  /** The server and its version. */
  readonly server: string;
  /** Migrations that have not run yet; all of them on an empty database. */
  readonly pending: readonly string[];
  /** Migrations of a newer program. */
  readonly newer: readonly string[];
  /**
   * Some of the users whose address is the same mailbox as another user's, or is no longer valid.
   */
  readonly keptKeys: readonly KeptKey[];
  /** The MySQL variables of one of our connections. */
  readonly variables: ReadonlyMap<string, string>;
  /** The TLS version of the connection; empty without TLS. */
  readonly encryption: string;
  /** The collations of our tables. */
  readonly collations: readonly string[];
  /** The combinations of documented APIs that clients have, each once. */
  readonly clientApis: readonly (readonly string[])[];
  /** The time of the database, in milliseconds since 1970, and ours before and after reading it. */
  readonly clock:
    | { readonly database: number; readonly before: number; readonly after: number }
    | undefined;
}

/** How many such users are listed. */
const MAX_DOUBLES = 50;
/** The migration that adds the column which marks such users. */
const IDENTIFIERS = "0006-identifiers";

const VARIABLES = [
  "version_comment",
  "transaction_isolation",
  "tx_isolation",
  "sql_mode",
  "character_set_connection",
  "max_connections",
  "innodb_flush_log_at_trx_commit",
  "wsrep_on",
];

/** Collects the facts; rejects when the database can't be reached. */
export async function diagnose(options: StoreOptions, now: () => number): Promise<DatabaseFacts> {
  return options.kind === "sqlite" ? diagnoseSqlite(options.file) : diagnoseMysql(options, now);
}

function compare(done: readonly string[]): Pick<DatabaseFacts, "pending" | "newer"> {
  return {
    pending: MIGRATION_NAMES.filter((name) => !done.includes(name)),
    newer: done.filter((name) => !MIGRATION_NAMES.includes(name)),
  };
}

function diagnoseSqlite(file: string): DatabaseFacts {
  const url = pathToFileURL(file);
  // Without a WAL file no process has the database open, and SQLite would create one even for
  // reading.
  if (!existsSync(`${file}-wal`)) url.searchParams.set("immutable", "1");
  const database = new DatabaseSync(url, { readOnly: true });
  try {
    const [version] = database.prepare("select sqlite_version() as version").all();
    const tables = database
      .prepare("select 1 from sqlite_schema where name = 'schema_migrations'")
      .all();
    const done =
      tables.length === 0
        ? []
        : database
            .prepare("select name from schema_migrations")
            .all()
            .map(({ name }) => String(name));
    const apis =
      done.length === 0
        ? []
        : database
            .prepare("select distinct apis from clients")
            .all()
            .map((row) => toList(String(row["apis"])));
    return {
      server: `SQLite ${String(version?.["version"])}`,
      ...compare(done),
      keptKeys: done.includes(IDENTIFIERS) ? keptInSqlite(database) : [],
      variables: new Map(),
      encryption: "",
      collations: [],
      clientApis: apis,
      clock: undefined,
    };
  } finally {
    database.close();
  }
}

function keptInSqlite(database: DatabaseSync): KeptKey[] {
  const kept = database
    .prepare(
      "select realm, id, email from users where key_rules = ? and deleted_at is null " +
        "order by id limit ?",
    )
    .all(KEY_RULES.kept, MAX_DOUBLES);
  const owner = database.prepare("select id from users where realm = ? and email_claim = ?");
  return kept.map((row) => {
    const [realm, id, email] = [String(row["realm"]), String(row["id"]), String(row["email"])];
    const other = owner.get(realm, emailKey(email) ?? "");
    return { realm, id, email, otherId: other && String(other["id"]) };
  });
}

async function diagnoseMysql(options: StoreOptions, now: () => number): Promise<DatabaseFacts> {
  const { db } = connect(options, "impatient");
  try {
    const { rows: variables } = await sql<{
      Variable_name: string;
      Value: string;
    }>`show session variables where variable_name in (${sql.join(VARIABLES)})`.execute(db);
    const { rows: encryption } = await sql<{
      Value: string;
    }>`show session status like 'Ssl_version'`.execute(db);
    const before = now();
    const { rows: facts } = await sql<{
      version: string;
      seconds: string;
    }>`select version() as version, unix_timestamp(now(6)) as seconds`.execute(db);
    const after = now();
    const ours = sql`table_schema = database() and table_name = 'users'`;
    const collations = sql`select distinct table_collation as collation`;
    const { rows: tables } = await sql<{
      collation: string;
    }>`${collations} from information_schema.tables where ${ours}`.execute(db);
    const done = await db
      .selectFrom("schema_migrations")
      .select("name")
      .execute()
      .catch((error: unknown) => {
        if (isMissingTable(error)) return [];
        throw error;
      });
    const apis =
      done.length === 0 ? [] : await db.selectFrom("clients").select("apis").distinct().execute();
    return {
      server: facts[0]?.version ?? "unknown",
      ...compare(done.map(({ name }) => name)),
      keptKeys: done.some(({ name }) => name === IDENTIFIERS)
        ? await keptKeys(db, MAX_DOUBLES)
        : [],
      variables: new Map(variables.map((row) => [row.Variable_name.toLowerCase(), row.Value])),
      encryption: encryption[0]?.Value ?? "",
      collations: tables.map(({ collation }) => collation),
      clientApis: apis.map((row) => toList(row.apis)),
      clock: { database: Number(facts[0]?.seconds) * 1000, before, after },
    };
  } finally {
    await db.destroy();
  }
}
