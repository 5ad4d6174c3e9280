import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { stores } from "../../mariadb.ts";
import { aCode, aUser, id, MIGRATIONS } from "../samples.ts";
import { start } from "./start-processes.ts";

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

  it("give the tokens of each of 50 codes to one of ten calls in each of two", async () => {
    const codes = Array.from({ length: 50 }, () => aCode());
    for (const code of codes) await test.store.codes.insert(code);
    const words = ["redeem", "10", ...codes.map(({ hash }) => hash)];
    const processes = await start(test.options, words, words);
    processes.begin();
    const [one, other] = (await processes.results()) as [string[][], string[][]];
    for (const index of codes.keys()) {
      const firsts = [...one[index]!, ...other[index]!];
      expect(firsts).toHaveLength(1);
      expect(await test.store.tokens.findAccess(firsts[0]!)).toBeDefined();
    }
  });

  it("find in a joined look-up what another has written and acknowledged", async () => {
    const [raised, other] = [aUser(), aUser()];
    for (const user of [raised, other]) await test.store.users.insert(user);
    const find = (user: { id: string }) => test.store.users.find(user.id);
    const times = 60;
    const processes = await start(test.options, ["raise", String(times), raised.id]);
    processes.begin();
    let isOver = false;
    // So that a statement is always running, which those of the test join after.
    const busy = Array.from({ length: 4 }, async () => {
      while (!isOver) {
        await Promise.all([find(raised), find(other)]);
        await new Promise(setImmediate);
      }
    });
    for (let time = 0; time < times; time++) {
      const [epoch] = await processes.next();
      const found = await Promise.all([find(raised), find(other), find(raised)]);
      expect(found[0]?.epoch).toBeGreaterThanOrEqual(Number(epoch));
      expect(found[2]?.epoch).toBeGreaterThanOrEqual(Number(epoch));
      expect(found[1]).toEqual(other);
    }
    expect((await find(raised))?.epoch).toBe(times + raised.epoch);
    isOver = true;
    await Promise.all(busy);
    expect(await processes.results()).toEqual(["raised"]);
  });
});
