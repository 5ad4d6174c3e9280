import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallTime } from "../../../src/domain/call-time.ts";
import { ticks } from "../../../src/domain/clock.ts";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openReader, openSqlite } from "../../../src/store/engine/sqlite-database.ts";
import { prepare } from "../../prepare.ts";
import { aUser, MIGRATIONS } from "../samples.ts";

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
      0,
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

  it("lets the process go on while another one has the lock", async () => {
    const file = `${folder}/locked.db`;
    await prepare({ kind: "sqlite", file });
    const waits: string[] = [];
    const store = await openStore(
      { kind: "sqlite", file },
      { ...noInstrumentation, lockAwaited: () => void waits.push("long") },
    );
    // As another process: SQLite's own wait would keep this one from ever giving the lock back.
    const other = new DatabaseSync(file);
    other.exec("begin immediate");
    const users = [aUser(), aUser(), aUser()];
    const writes = [
      store.users.insert(users[0]!),
      store.users.insert(users[1]!),
      store.transaction((tx) => tx.users.insert(users[2]!)),
    ];
    expect(await store.users.find(users[0]!.id)).toBeUndefined();
    await expect.poll(() => waits.length).toBeGreaterThan(0);
    other.exec("rollback");
    other.close();
    await Promise.all(writes);
    expect(await Promise.all(users.map(({ id }) => store.users.find(id)))).toEqual(users);
    await store.close();
  });

  it("migrates when another process has kept the lock for longer than a call waits", async () => {
    const file = `${folder}/migrated.db`;
    const other = new DatabaseSync(file);
    other.exec("pragma journal_mode = wal; begin immediate");
    const migrating = migrate({ kind: "sqlite", file });
    // A call would have waited for 5 seconds.
    await Promise.race([migrating, delay(5_500)]);
    other.exec("rollback");
    other.close();
    expect(await migrating).toEqual(MIGRATIONS);
  });

  it("changes nothing for a call whose time ended while it waited for the lock", async () => {
    const file = `${folder}/late.db`;
    await prepare({ kind: "sqlite", file });
    const store = await openStore({ kind: "sqlite", file });
    const other = new DatabaseSync(file);
    other.exec("begin immediate");
    const late = aUser();
    const call = new CallTime(ticks() + 50).run(() =>
      store.transaction((tx) => tx.users.insert(late)),
    );
    await expect(call).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    other.exec("rollback");
    other.close();
    // Comes after it.
    await store.users.insert(aUser());
    expect(await store.users.find(late.id)).toBeUndefined();
    await store.close();
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
