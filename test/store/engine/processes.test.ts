import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { stores } from "../../mariadb.ts";
import { storeProgram } from "../../bundle.ts";
import { COMPILE_CACHE } from "../../process/latchkey.ts";
import { id, MIGRATIONS } from "../samples.ts";

/** Several processes; all do their work at the same time, because they wait for each other. */
interface Processes {
  /** Lets them begin. */
  begin(): void;
  /** What each prints, when all have ended well. */
  results(): Promise<unknown[]>;
  kill(): Promise<unknown>;
}

/** Starts a process for each list of words, and waits until all are ready. */
async function start(options: StoreOptions, ...runs: readonly string[][]): Promise<Processes> {
  const program = await storeProgram();
  const children = runs.map((words) =>
    spawn(process.execPath, [program, JSON.stringify(options), ...words], {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const ends = children.map((child) => once(child, "exit"));
  const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]());
  const next = async (): Promise<unknown[]> =>
    (await Promise.all(lines.map((each) => each.next()))).map(({ value }) =>
      JSON.parse(value ?? "null"),
    );
  expect(await next()).toEqual(runs.map(() => "ready"));
  return {
    begin: () => children.forEach((child) => child.stdin.end()),
    results: async () => {
      const results = await next();
      expect(await Promise.all(ends)).toEqual(runs.map(() => [0, null]));
      return results;
    },
    kill: () => {
      for (const child of children) child.kill("SIGKILL");
      return Promise.all(ends);
    },
  };
}

/** Every table and index, as the database describes it. */
async function schema(options: StoreOptions): Promise<unknown[]> {
  if (options.kind === "sqlite") {
    const database = new DatabaseSync(options.file);
    const rows = database.prepare("select sql from sqlite_master order by name").all();
    database.close();
    return rows;
  }
  const connection = await createConnection(options.url);
  const [tables] = await connection.query<RowDataPacket[]>({
    sql: "show tables",
    rowsAsArray: true,
  });
  const statements: unknown[] = [];
  for (const [name] of tables as unknown as string[][])
    statements.push((await connection.query(`show create table \`${name}\``))[0]);
  await connection.end();
  return statements;
}

/** How often a migration is killed; a nightly run sets more. */
const KILLS = Number(process.env["KILL_CYCLES"] ?? 6);

describe.each(stores)("several processes on $engine", ({ empty, use }) => {
  const test = use();

  it("migrate an empty database once when five begin together", async () => {
    const { options, remove } = await empty();
    const processes = await start(options, ...Array.from({ length: 5 }, () => ["migrate"]));
    processes.begin();
    const answers = await processes.results();
    expect(answers.toSorted()).toEqual([[], [], [], [], MIGRATIONS]);
    expect(await schema(options)).toEqual(await schema(test.options));
    await remove();
  });

  it("complete a migration that was killed at any moment", async () => {
    const { options, remove } = await empty();
    for (let kill = 0; kill < KILLS; kill++) {
      const processes = await start(options, ["migrate"]);
      processes.begin();
      await delay(3 * kill);
      await processes.kill();
    }
    await migrate(options);
    expect(await migrate(options)).toEqual([]);
    expect(await schema(options)).toEqual(await schema(test.options));
    const store = await openStore(options);
    expect(await store.ready()).toBe(true);
    await store.close();
    await remove();
  });

  // On a starved machine some wait for a connection in vain: then once more, with other keys.
  it("let exactly the limit of their 200 tries through", { retry: 2 }, async () => {
    const shared = id();
    const processes = await start(
      test.options,
      ...Array.from({ length: 4 }, () => ["take", "30", id(), shared]),
    );
    processes.begin();
    const counts = (await processes.results()) as [number, number][];
    expect(counts.map(([own]) => own)).toEqual([30, 30, 30, 30]);
    expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBe(30);
  });
});
