// The schema of a test's database: a copy of one that this process has migrated once.
import { randomBytes } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { createConnection } from "mysql2/promise";
import type { StoreOptions } from "../src/store/engine/connect.ts";
import { migrate } from "../src/store/engine/migrate.ts";
import { newFolder } from "./mariadb-server.ts";

/** Databases that have no table yet. */
const untouched = new WeakSet<StoreOptions>();

/** Notes that a database has no table yet. */
export function asEmpty(options: StoreOptions): StoreOptions {
  untouched.add(options);
  return options;
}

/** Brings a database to the schema of today. */
export async function prepare(options: StoreOptions): Promise<void> {
  if (!untouched.delete(options)) await migrate(options);
  else if (options.kind === "sqlite") await writeFile(options.file, await sqliteFile());
  else await copyTables(options.url);
}

let made: Promise<Buffer> | undefined;

const sqliteFile = (): Promise<Buffer> =>
  (made ??= (async () => {
    const folder = await newFolder();
    await migrate({ kind: "sqlite", file: `${folder}/template.db` });
    const content = await readFile(`${folder}/template.db`);
    await rm(folder, { recursive: true });
    return content;
  })());

/** The statements that make the tables, by the server of the run. */
const scripts = new Map<string, Promise<string>>();

async function copyTables(url: string): Promise<void> {
  const server = url.slice(0, url.lastIndexOf("/"));
  const script = scripts.get(server) ?? scriptOf(server);
  scripts.set(server, script);
  const connection = await createConnection({ uri: url, multipleStatements: true });
  try {
    await connection.query(await script);
  } finally {
    connection.destroy();
  }
}

async function scriptOf(server: string): Promise<string> {
  const name = `template${randomBytes(8).toString("hex")}`;
  const connection = await createConnection({ uri: server, rowsAsArray: true });
  try {
    await connection.query(`create database ${name}`);
    await migrate({ kind: "mysql", url: `${server}/${name}` });
    const [tables] = (await connection.query(`show tables from ${name}`)) as unknown as [
      string[][],
    ];
    return tables
      .flatMap(([table]) => [
        `create table \`${table}\` like ${name}.\`${table}\`;`,
        `insert into \`${table}\` select * from ${name}.\`${table}\`;`,
      ])
      .join("");
  } finally {
    connection.destroy();
  }
}
