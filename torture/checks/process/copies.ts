// How each engine is copied under load and restored elsewhere, as docs/deployment.md says.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { promisify } from "node:util";
import { createConnection } from "mysql2/promise";
import { fillMariadb } from "../../../bench/sections/scale/fill-mariadb.ts";
import { fillSqlite } from "../../../bench/sections/scale/fill-sqlite.ts";
import type { Rows } from "../../../bench/sections/scale/rows.ts";
import { execute, Mariadb, newFolder } from "../../../test/mariadb-server.ts";
import { type Installation, run } from "../../../test/process/latchkey.ts";
import type { Engine } from "../../engine.ts";
import { integrityOf } from "../../load/rows.ts";

const BACKUP = "/usr/bin/mariadb-backup";
/** What may be missing of a row that another one names. */
const ORPHANS = ["sessions", "access_tokens", "refresh_tokens", "grants"].map(
  (table) =>
    `select count(*) as found from ${table} child left join users on users.id = child.user_id ` +
    "where child.user_id is not null and users.id is null",
);

/** A database that was restored. */
export interface Restored {
  /** The settings with which a process serves it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the database's own check says; `ok` is right. */
  readonly integrity: string;
  readonly users: number;
  /** Rows whose user is missing. */
  readonly orphans: number;
  remove(): Promise<void>;
}

/** A way to copy. */
export interface Way {
  readonly name: string;
  /** Whether the programs for it are installed. */
  readonly isThere: boolean;
  /** Copies while the process serves; returns how the copy is restored. */
  copy(installation: Installation): Promise<() => Promise<Restored>>;
}

/** Puts users and tokens into an installation that no process serves. */
export async function fill({ environment }: Installation, rows: Rows): Promise<void> {
  const { DATA_DIR: folder, DATABASE_URL: url } = environment;
  if (folder === undefined) await fillMariadb(url!, rows);
  else await fillSqlite(`${folder}/latchkey.db`, rows);
}

const sqliteBackup: Way = {
  name: "latchkey backup",
  isThere: true,
  async copy({ environment }) {
    const folder = await newFolder();
    const { code, stderr } = await run(["backup", folder], environment);
    if (code !== 0) throw new Error(`latchkey backup: ${stderr}`);
    return async () => {
      const elsewhere = await newFolder();
      await cp(folder, elsewhere, { recursive: true });
      const file = join(elsewhere, "latchkey.db");
      const integrity = integrityOf(file);
      const database = new DatabaseSync(file);
      const count = (statement: string): number =>
        Number(Object.values(database.prepare(statement).get() ?? {})[0]);
      const users = count("select count(*) from users");
      const orphans = ORPHANS.reduce((sum, statement) => sum + count(statement), 0);
      database.close();
      return {
        environment: { DATA_DIR: elsewhere },
        integrity,
        users,
        orphans,
        async remove() {
          for (const each of [folder, elsewhere]) await rm(each, { recursive: true });
        },
      };
    };
  },
};

/** Looks at a database of MariaDB. */
async function look(url: string): Promise<Pick<Restored, "integrity" | "users" | "orphans">> {
  const connection = await createConnection(url);
  const query = async (statement: string): Promise<readonly Record<string, unknown>[]> =>
    (await connection.query(statement))[0] as Record<string, unknown>[];
  const count = async (statement: string): Promise<number> =>
    Number(Object.values((await query(statement))[0]!)[0]);
  try {
    const tables = (await query("show tables")).map((row) => String(Object.values(row)[0]));
    const checked = await query(`check table ${tables.join(", ")}`);
    const wrong = checked.filter(({ Msg_text: text }) => text !== "OK");
    let orphans = 0;
    for (const statement of ORPHANS) orphans += await count(statement);
    return {
      integrity: wrong.length === 0 ? "ok" : JSON.stringify(wrong),
      users: await count("select count(*) from users"),
      orphans,
    };
  } finally {
    await connection.end();
  }
}

/** Returns the options of MariaDB's programs for the server of a URL. */
function optionsOf(url: string): { options: readonly string[]; database: string; env: object } {
  const { hostname, port, username, password, pathname } = new URL(url);
  return {
    options: [`--host=${hostname}`, `--port=${port}`, `--user=${username}`],
    database: pathname.slice(1),
    env: { ...process.env, MYSQL_PWD: password },
  };
}

const bash = (script: string, env: object): Promise<unknown> =>
  promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env: { ...env } });

const dump: Way = {
  name: "mariadb-dump",
  isThere: true,
  async copy({ environment }) {
    const folder = await newFolder();
    const url = environment["DATABASE_URL"]!;
    const { options, database, env } = optionsOf(url);
    const words = options.join(" ");
    await bash(
      `mariadb-dump ${words} --single-transaction --hex-blob ${database} > ${folder}/dump.sql`,
      env,
    );
    return async () => {
      const name = `${database}_restored`;
      await execute(url, `create database ${name}`);
      await bash(`mariadb ${words} ${name} < ${folder}/dump.sql`, env);
      const restored = url.replace(/\/[^/]*$/, `/${name}`);
      return {
        environment: { ...environment, DATABASE_URL: restored },
        ...(await look(restored)),
        async remove() {
          await execute(url, `drop database ${name}`);
          await rm(folder, { recursive: true });
        },
      };
    };
  },
};

const physicalBackup: Way = {
  name: "mariadb-backup",
  isThere: existsSync(BACKUP),
  async copy({ environment }) {
    const folder = await newFolder();
    const url = environment["DATABASE_URL"]!;
    const { options, env } = optionsOf(url);
    const connection = await createConnection(url);
    const [rows] = await connection.query("select @@datadir as folder");
    await connection.end();
    const [{ folder: data }] = rows as [{ folder: string }];
    const password = new URL(url).password;
    await bash(
      `${BACKUP} --no-defaults --backup ${options.join(" ")} --password=${password} ` +
        `--datadir=${data} --target-dir=${folder}/copy 2> ${folder}/log || ` +
        `{ tail -3 ${folder}/log >&2; exit 1; }`,
      env,
    );
    return async () => {
      await bash(
        `${BACKUP} --no-defaults --prepare --target-dir=${folder}/copy 2> ${folder}/log`,
        env,
      );
      // Another server, which gets the copy instead of its own empty data.
      const other = await Mariadb.start(folder);
      await other.signal("SIGTERM");
      await rm(`${folder}/data`, { recursive: true });
      await rename(`${folder}/copy`, `${folder}/data`);
      // The copy has its user already, with the password of the server that was copied.
      const { password: own } = new URL(other.url);
      const init = await readFile(`${folder}/init.sql`, "utf8");
      await writeFile(
        `${folder}/init.sql`,
        `${init}alter user 'test'@'127.0.0.1' identified by '${own}';\n`,
      );
      await other.start();
      const restored = `${other.url}/${new URL(url).pathname.slice(1)}`;
      return {
        environment: { ...environment, DATABASE_URL: restored },
        ...(await look(restored)),
        remove: () => other.dispose(),
      };
    };
  },
};

/** Returns the ways to copy an engine's databases. */
export const waysOf = ({ mariadb }: Engine): readonly Way[] =>
  mariadb === undefined ? [sqliteBackup] : [dump, physicalBackup];
