import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { openReader, openSqlite } from "../../../src/store/engine/sqlite-database.ts";

describe("openSqlite", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("makes the file in a private folder, and commits onto the disk", async () => {
    const database = openSqlite(`${folder}/new/folder/test.db`, noInstrumentation);
    const setting = (name: string) =>
      Object.values(database.run<object>(`pragma ${name}`).rows[0] ?? {})[0];
    expect([setting("journal_mode"), setting("synchronous"), setting("busy_timeout")]).toEqual([
      "wal",
      2,
      5_000,
    ]);
    expect((await stat(`${folder}/new/folder`)).mode & 0o777).toBe(0o700);
    database.close();
  });

  it("lets a reader see what is committed, and change nothing", () => {
    const writer = openSqlite(`${folder}/read.db`, noInstrumentation);
    const reader = openReader(`${folder}/read.db`, noInstrumentation);
    const count = () => reader.run("select text from notes").rows.length;
    writer.run("create table notes (text text)");
    writer.run("begin immediate");
    writer.run("insert into notes values (?)", ["a note"]);
    expect(count()).toBe(0);
    writer.run("commit");
    expect(count()).toBe(1);
    expect(() => reader.run("delete from notes")).toThrow("readonly");
    reader.close();
    writer.close();
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
