// Collects facts about a database without changing anything; even opening it writes nothing.
import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { sql } from "kysely";
import { emailKey } from "../../domain/accounts/email-address.ts";
import { type Addressee, sharedMailboxes } from "../../domain/administration/shared-mailboxes.ts";
import { CIRCUIT_LIFETIME } from "../../domain/predecessor/observations.ts";
import { connect, type StoreOptions } from "./connect.ts";
import type { Database } from "./database.ts";
import { isMissingTable } from "./errors.ts";
import { toList } from "../tables/json-list.ts";
import { SERVER_TIME } from "./mysql/measure-time.ts";
import { OLDEST_ROWS, type OldestRow } from "../tables/maintenance/overdue.ts";
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
  /** Some of the other users who share a mailbox with another user of their realm. */
  readonly sharedMailboxes: ReturnType<typeof sharedMailboxes>;
  /** The private key that signs now, encrypted with the server's secret; if there is one. */
  readonly sealedKey: string | undefined;
  /** The MySQL variables of one of our connections. */
  readonly variables: ReadonlyMap<string, string>;
  /** The TLS version of the connection; empty without TLS. */
  readonly encryption: string;
  /** The collations of our tables. */
  readonly collations: readonly string[];
  /** The combinations of documented APIs that clients have, each once. */
  readonly clientApis: readonly (readonly string[])[];
  /** The APIs that another server answers for some users, and its circuits that are open. */
  readonly moves: MoveFacts;
  /** The oldest rows that can be removed, of each table that has some. */
  readonly oldestRows: readonly OldestRow[];
  /** The time of the database, in milliseconds since 1970, and ours before and after reading it. */
  readonly clock:
    | { readonly database: number; readonly before: number; readonly after: number }
    | undefined;
}

/** What the database says of the servers that APIs are taken over from. */
export interface MoveFacts {
  /** The APIs whose stage needs the other server. */
  readonly staged: readonly { readonly api: string; readonly stage: string }[];
  /** The APIs whose other server a process no longer asks, because it failed. */
  readonly open: readonly string[];
}

/** How many such users are listed. */
const MAX_DOUBLES = 50;
/** How many users are read for that. */
const MAX_USERS = 200_000;
/** The migration that adds the column which marks such users. */
const IDENTIFIERS = "0006-identifiers";
/** The migration after which stages and circuits are there. */
const OBSERVATIONS = "0019-observations";
const NO_MOVES: MoveFacts = { staged: [], open: [] };

const VARIABLES = [
  "version_comment",
  "transaction_isolation",
  "tx_isolation",
  "sql_mode",
  "character_set_connection",
  "max_connections",
  "innodb_flush_log_at_trx_commit",
  "wsrep_on",
  "read_only",
  "super_read_only",
];

/** Collects the facts; rejects when the database can't be reached. */
export async function diagnose(options: StoreOptions, now: () => number): Promise<DatabaseFacts> {
  return options.kind === "sqlite"
    ? diagnoseSqlite(options.file, now())
    : diagnoseMysql(options, now);
}

function compare(done: readonly string[]): Pick<DatabaseFacts, "pending" | "newer"> {
  return {
    pending: MIGRATION_NAMES.filter((name) => !done.includes(name)),
    newer: done.filter((name) => !MIGRATION_NAMES.includes(name)),
  };
}

/** Returns the pairs that are not reported as users with an older key. */
const othersSharing = (users: Iterable<Addressee>, kept: readonly KeptKey[]) =>
  sharedMailboxes(users)
    .filter(({ user, other }) => !kept.some(({ id }) => id === user.id || id === other.id))
    .slice(0, MAX_DOUBLES);

function diagnoseSqlite(file: string, now: number): DatabaseFacts {
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
    const kept = done.includes(IDENTIFIERS) ? keptInSqlite(database) : [];
    const users = done.length === 0 ? [] : usersInSqlite(database);
    const moves = done.includes(OBSERVATIONS) ? movesInSqlite(database, now) : NO_MOVES;
    const { pending, newer } = compare(done);
    const oldestRows = OLDEST_ROWS.flatMap(({ table, query }) =>
      (pending.length > 0 ? [] : database.prepare(query).all()).map((row) => ({
        table,
        since: Number(row["since"]),
      })),
    );
    const [sealed] = done.length === 0 ? [] : database.prepare(SEALED_KEY).all(now);
    return {
      server: `SQLite ${String(version?.["version"])}`,
      pending,
      newer,
      oldestRows,
      keptKeys: kept,
      sharedMailboxes: othersSharing(users, kept),
      sealedKey: sealed && String(sealed["sealed_jwk"]),
      variables: new Map(),
      encryption: "",
      collations: [],
      clientApis: apis,
      moves,
      clock: undefined,
    };
  } finally {
    database.close();
  }
}

/** The key that signs, as `SigningKeys` chooses it: the oldest that is in use. */
const SEALED_KEY =
  "select sealed_jwk from signing_keys where retired_at is null or retired_at > ? " +
  "order by created_at, kid limit 1";

function usersInSqlite(database: DatabaseSync): Addressee[] {
  const rows = database
    .prepare("select realm, id, email from users where deleted_at is null order by id limit ?")
    .all(MAX_USERS);
  return rows.map((row) => ({
    realm: String(row["realm"]),
    id: String(row["id"]),
    email: String(row["email"]),
  }));
}

function movesInSqlite(database: DatabaseSync, now: number): MoveFacts {
  const staged = database
    .prepare(
      "select api, case when stage = 'own' then before_stage else stage end as stage from stages " +
        "where stage <> 'own' or (percent < 10000 and before_stage <> 'own') order by api",
    )
    .all();
  const open = database
    .prepare(
      "select distinct api from circuits where state = 'open' and renewed_at > ? order by api",
    )
    .all(now - CIRCUIT_LIFETIME);
  return {
    staged: staged.map((row) => ({ api: String(row["api"]), stage: String(row["stage"]) })),
    open: open.map((row) => String(row["api"])),
  };
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
      micros: string;
    }>`select version() as version, ${SERVER_TIME} as micros`.execute(db);
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
    const compared = compare(done.map(({ name }) => name));
    const apis =
      done.length === 0 ? [] : await db.selectFrom("clients").select("apis").distinct().execute();
    const kept = done.some(({ name }) => name === IDENTIFIERS)
      ? await keptKeys(db, MAX_DOUBLES)
      : [];
    return {
      server: facts[0]?.version ?? "unknown",
      ...compared,
      oldestRows: compared.pending.length > 0 ? [] : await oldestRowsInMysql(db),
      keptKeys: kept,
      sharedMailboxes: done.length === 0 ? [] : othersSharing(await usersInMysql(db), kept),
      sealedKey: done.length === 0 ? undefined : await sealedKeyInMysql(db, after),
      variables: new Map(variables.map((row) => [row.Variable_name.toLowerCase(), row.Value])),
      encryption: encryption[0]?.Value ?? "",
      collations: tables.map(({ collation }) => collation),
      clientApis: apis.map((row) => toList(row.apis)),
      moves: done.some(({ name }) => name === OBSERVATIONS)
        ? await movesInMysql(db, after)
        : NO_MOVES,
      clock: { database: Number(facts[0]?.micros) / 1000, before, after },
    };
  } finally {
    await db.destroy();
  }
}

async function oldestRowsInMysql(db: Database): Promise<OldestRow[]> {
  const oldest: OldestRow[] = [];
  for (const { table, query } of OLDEST_ROWS) {
    const { rows } = await sql<{ since: number }>`${sql.raw(query)}`.execute(db);
    for (const { since } of rows) oldest.push({ table, since: Number(since) });
  }
  return oldest;
}

async function movesInMysql(db: Database, now: number): Promise<MoveFacts> {
  const stages = await db
    .selectFrom("stages")
    .select(["api", "stage", "before_stage", "percent"])
    .orderBy("api")
    .execute();
  const open = await db
    .selectFrom("circuits")
    .select("api")
    .distinct()
    .where("state", "=", "open")
    .where("renewed_at", ">", now - CIRCUIT_LIFETIME)
    .orderBy("api")
    .execute();
  return {
    staged: stages
      .map((row) => ({
        api: row.api,
        // The rest of the users is in the stage before.
        stage: row.stage === "own" && row.percent < 10_000 ? row.before_stage : row.stage,
      }))
      .filter(({ stage }) => stage !== "own"),
    open: open.map(({ api }) => api),
  };
}

const usersInMysql = (db: Database): Promise<Addressee[]> =>
  db
    .selectFrom("users")
    .select(["realm", "id", "email"])
    .where("deleted_at", "is", null)
    // The primary key.
    .orderBy("id")
    .limit(MAX_USERS)
    .execute();

async function sealedKeyInMysql(db: Database, now: number): Promise<string | undefined> {
  const row = await db
    .selectFrom("signing_keys")
    .select("sealed_jwk")
    .where((key) => key.or([key("retired_at", "is", null), key("retired_at", ">", now)]))
    .orderBy("created_at")
    .orderBy("kid")
    .executeTakeFirst();
  return row?.sealed_jwk;
}
