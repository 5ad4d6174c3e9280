// Counts the statements of each call, so that an added one is noticed. The numbers are those of the
// table in bench/document/statements.md, which docs/performance.md shows.
import { readFile, rm } from "node:fs/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoreOptions } from "../../src/store/engine/connect.ts";
import { Mariadb, newFolder } from "../mariadb-server.ts";
import { startServer, type TestServer } from "../server.ts";
import { callsOf } from "./statement-calls.ts";

/** The rows of the table: the call, then the numbers before, on SQLite and on MariaDB. */
const table = (await readFile(new URL("../../bench/document/statements.md", import.meta.url)))
  .toString("utf8")
  .split("\n")
  .filter((line) => line.startsWith("| ") && /\d/.test(line))
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .map(([, call = "", before = "", sqlite, mariadb]) => ({
    call,
    before,
    sqlite: Number(sqlite),
    mariadb: Number(mariadb),
  }));

/** A database, and the number of statements that its server has counted. */
interface Counted {
  readonly options: StoreOptions;
  readonly questions?: () => Promise<number>;
  remove(): Promise<void>;
}

async function sqlite(): Promise<Counted> {
  const folder = await newFolder();
  return {
    options: { kind: "sqlite", file: `${folder}/test.db` },
    remove: () => rm(folder, { recursive: true }),
  };
}

/** A server of its own, because the count is of the whole server. */
async function mariadb(): Promise<Counted> {
  const server = await Mariadb.start();
  const connection = await createConnection(server.url);
  await connection.query("create database counted");
  return {
    options: { kind: "mysql", url: `${server.url}/counted` },
    async questions() {
      const [rows] = await connection.query<RowDataPacket[]>("show global status like 'Questions'");
      return Number(rows[0]?.["Value"]);
    },
    async remove() {
      await connection.end();
      await server.dispose();
    },
  };
}

const COUNTER = "store_statement_duration_seconds_count";

/** Returns how many statements the drivers have run. To collect the metrics takes one itself. */
async function statementsOf(server: TestServer): Promise<number> {
  let sum = 0;
  for (const [name, value] of await server.metrics()) if (name.includes(COUNTER)) sum += value;
  return sum;
}

/** How many callers there are at once, and how many calls each makes one after the other. */
const [LANES, TIMES] = [16, 4];

/** Calls that come at once share statements: at most so many for each of 16. */
const TOGETHER: readonly (readonly [call: string, most: number])[] = [
  ["Introspection of a user's access token", 0.8],
  ["client_credentials", 1],
  ["Exchange of an authorization code, with PKCE", 1.5],
  ["Refresh with rotation", 1.5],
  ["GET user by gRPC", 0.8],
  ["GET user by Connect, JSON", 0.8],
  ["GET user by REST", 0.8],
];

describe.each([
  ["sqlite", sqlite],
  ["mariadb", mariadb],
] as const)("statements on %s", (store, open) => {
  let database: Counted;
  let server: TestServer;
  let calls: Awaited<ReturnType<typeof callsOf>>;
  beforeAll(async () => {
    database = await open();
    server = await startServer(database.options);
    calls = await callsOf(server);
  });
  afterAll(async () => {
    await server.stop();
    await database.remove();
  });

  /** Counts the statements of one call. */
  async function count(name: string): Promise<number> {
    const { prepare = () => Promise.resolve(""), make } = calls.get(name)!;
    await make(await prepare());
    const prepared = await prepare();
    const before = await statementsOf(server);
    const asked = await database.questions?.();
    await make(prepared);
    const answered = await database.questions?.();
    const statements = (await statementsOf(server)) - before - 1;
    // The database server has counted the same, and the question for its count.
    if (answered !== undefined) expect(answered - asked! - 1).toBe(statements);
    return statements;
  }

  it("are counted for every call of the table", () => {
    expect(table.map(({ call }) => call)).toEqual([...calls.keys()]);
  });

  it.each(table)("$call: as many as the table says", async (row) => {
    expect(await count(row.call)).toBe(row[store]);
  });

  it.each(TOGETHER)("%s: at most %d each when 16 come at once", async (call, most) => {
    const { prepare = () => Promise.resolve(""), make } = calls.get(call)!;
    const perCall = async (): Promise<number> => {
      const lanes: string[][] = [];
      for (let lane = 0; lane < LANES; lane++)
        lanes.push(await Promise.all(Array.from({ length: 2 * TIMES }, prepare)));
      const run = (from: number) =>
        Promise.all(
          lanes.map(async (lane) => {
            for (const prepared of lane.slice(from, from + TIMES)) await make(prepared);
          }),
        );
      await run(0);
      const before = await statementsOf(server);
      await run(TIMES);
      return ((await statementsOf(server)) - before - 1) / LANES / TIMES;
    };
    // A starved machine spreads calls that begin at once; then fewer find others to share with.
    await expect.poll(perCall).toBeLessThanOrEqual(most);
  });
});
