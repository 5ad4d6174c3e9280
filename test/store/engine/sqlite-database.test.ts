import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { openSqlite } from "../../../src/store/engine/sqlite-database.ts";

describe("openSqlite", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("makes the file in a private folder, and commits onto the disk", async () => {
    const database = openSqlite(`${folder}/new/folder/test.db`, noInstrumentation);
    const setting = (name: string) =>
      Object.values(database.prepare(`pragma ${name}`).all([])[0] ?? {})[0];
    expect([setting("journal_mode"), setting("synchronous"), setting("busy_timeout")]).toEqual([
      "wal",
      2,
      5_000,
    ]);
    expect((await stat(`${folder}/new/folder`)).mode & 0o777).toBe(0o700);
    database.close();
  });

  it("takes the write lock when a transaction begins", () => {
    const database = openSqlite(`${folder}/lock.db`, noInstrumentation);
    const other = openSqlite(`${folder}/lock.db`, noInstrumentation);
    other.prepare("pragma busy_timeout = 0").all([]);
    const run = (on: typeof database, sql: string) => on.prepare(sql).run([]);
    run(database, "begin");
    expect(() => run(other, "begin")).toThrow("database is locked");
    run(database, "rollback");
    run(other, "begin");
    run(other, "commit");
    database.close();
    other.close();
  });

  it("rolls back without complaint what a full disk has rolled back already", () => {
    const database = openSqlite(`${folder}/full.db`, noInstrumentation);
    const run = (sql: string, ...values: string[]) => database.prepare(sql).run(values);
    run("create table notes (text text)");
    database.prepare("pragma max_page_count = 8").all([]);
    run("begin");
    expect(() => run("insert into notes values (?)", "x".repeat(100_000))).toThrow("full");
    run("rollback");
    run("begin");
    run("insert into notes values (?)", "fits");
    run("commit");
    expect(database.prepare("select text from notes").all([])).toEqual([{ text: "fits" }]);
    database.close();
  });

  it.each(["a folder", "no database"])(
    "makes the store unavailable where there is %s",
    async (what) => {
      const file = `${folder}/${what}`;
      if (what === "a folder") await mkdir(file);
      else await writeFile(file, "x".repeat(5_000));
      const store = await openStore({ kind: "sqlite", file });
      await expect(store.users.find("id")).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
      await expect(store.ready()).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
      await store.close();
    },
  );
});
