import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline/promises";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { stores } from "../../mariadb.ts";
import { id, MIGRATIONS, parallel } from "../samples.ts";

const PROGRAM = fileURLToPath(new URL("process.ts", import.meta.url));

function start(options: StoreOptions, ...parameters: string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, JSON.stringify(options), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** What a process says, once it has ended well. */
async function outcome(child: ChildProcess): Promise<unknown> {
  const lines: string[] = [];
  const end = once(child, "exit");
  if (child.stdout) for await (const line of createInterface(child.stdout)) lines.push(line);
  expect(await end).toEqual([0, null]);
  return JSON.parse(lines[1] ?? "");
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

describe.each(stores)("several processes on $engine", ({ empty, use }) => {
  const test = use();

  it("migrate an empty database once when five begin together", async () => {
    const { options, remove } = await empty();
    const answers = await parallel(5, () => outcome(start(options, "migrate")));
    expect(answers.toSorted()).toEqual([[], [], [], [], MIGRATIONS]);
    expect(await schema(options)).toEqual(await schema(test.options));
    await remove();
  });

  it("complete a migration that was killed at any moment", async () => {
    const { options, remove } = await empty();
    for (let moment = 0; moment < 10; moment++) {
      const child = start(options, "migrate");
      if (child.stdout) await once(child.stdout, "data");
      const end = once(child, "exit");
      await delay(2 * moment);
      child.kill("SIGKILL");
      await end;
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
    const counts = await parallel(4, () => outcome(start(test.options, "take", id(), "30")));
    expect(counts).toEqual([30, 30, 30, 30]);
    const key = id();
    const shared = await parallel(4, () => outcome(start(test.options, "take", key, "30")));
    expect(shared.reduce((sum: number, count) => sum + Number(count), 0)).toBe(30);
  });
});
