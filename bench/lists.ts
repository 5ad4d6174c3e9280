// How long the lists of the administration take among very many rows, and by which indexes: on
// SQLite, or on a MariaDB of its own. A list may take 200 ms.
// Run: node bench/lists.ts [sqlite|mariadb] [rows] [section]
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql, type UnknownRow } from "kysely";
import { connect, type StoreOptions } from "../src/store/engine/connect.ts";
import type { Database } from "../src/store/engine/database.ts";
import { migrate } from "../src/store/engine/migrate.ts";
import { execute, Mariadb } from "../test/mariadb-server.ts";
import { explaining, indexesOf, isSorted } from "../test/store/explaining.ts";
import type { ListQuery, ListSection } from "./sections/lists/section.ts";
import { auditSection, chartSection } from "./sections/lists/audit.ts";
import { userSection } from "./sections/lists/users.ts";

const SECTIONS: readonly ListSection[] = [userSection, auditSection, chartSection];
/** The slowest of these is printed too; the first one finds nothing in memory. */
const TIMES = 7;

const [engineName = "sqlite", rows, only] = process.argv.slice(2);
const engine = engineName === "mariadb" ? "mysql" : "sqlite";
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** SQLite sorts an index that is made afterwards; InnoDB sorts by itself what fills a table. */
async function fill(db: Database, { table, fill: statement }: ListSection, count: number) {
  const run = (text: string) => sql.raw<{ name: string; sql: string }>(text).execute(db);
  if (engine === "mysql") {
    await run("set global unique_checks = 0");
    await run(statement(engine, count));
    await run(`analyze table ${table}`);
    return;
  }
  const { rows: indexes } = await run(
    `select name, sql from sqlite_master where type = 'index' and tbl_name = '${table}' ` +
      "and sql is not null",
  );
  for (const { name } of indexes) await run(`drop index ${name}`);
  await run(statement(engine, count));
  for (const { sql: made } of indexes) await run(made);
}

async function measure(db: Database, { name, run }: ListQuery): Promise<void> {
  const plan: UnknownRow[] = [];
  await run(db.withPlugin(explaining(engine, plan)));
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const begin = performance.now();
    await run(db);
    times.push(performance.now() - begin);
  }
  const [first = 0] = times;
  const sorted = times.toSorted((one, other) => one - other);
  const cell = (milliseconds = 0): string => milliseconds.toFixed(1).padStart(8);
  const how = [...new Set(indexesOf(engine, plan))].join(" ") + (isSorted(plan) ? "" : " SORTS");
  say(`${cell(first)}${cell(sorted[3])}${cell(sorted.at(-1))}  ${name.padEnd(42)} ${how}`);
}

const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
const buffer = ["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M"];
const server = engine === "mysql" ? await Mariadb.start(folder, buffer) : undefined;
try {
  if (server !== undefined) await execute(server.url, "create database lists");
  const options: StoreOptions =
    server === undefined
      ? { kind: "sqlite", file: join(folder, "lists.db") }
      : { kind: "mysql", url: `${server.url}/lists` };
  await migrate(options);
  const { db } = connect(options, "patient");
  for (const section of SECTIONS.filter(({ name }) => only === undefined || name === only)) {
    const count = Number(rows ?? section.rows);
    const begin = performance.now();
    await fill(db, section, count);
    const seconds = Math.round((performance.now() - begin) / 1000);
    say(`${section.name} on ${engineName}: ${count.toLocaleString("en")} rows in ${seconds} s`);
    say("   first  median slowest  (milliseconds)");
    for (const query of section.queries(count)) await measure(db, query);
  }
  await db.destroy();
} finally {
  await server?.dispose();
  await rm(folder, { recursive: true, force: true });
}
