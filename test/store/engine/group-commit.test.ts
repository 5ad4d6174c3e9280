import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Instrumentation, noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { GroupCommit } from "../../../src/store/engine/group-commit.ts";
import {
  openReader,
  openSqlite,
  type SqliteDatabase,
} from "../../../src/store/engine/sqlite-database.ts";

describe("GroupCommit", () => {
  let folder = "";
  let writer: SqliteDatabase;
  let reader: SqliteDatabase;
  let writes: GroupCommit;
  const kinds: string[] = [];
  const instrumentation: Instrumentation = {
    ...noInstrumentation,
    statement: (kind) => void kinds.push(kind),
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchkey-"));
    writer = openSqlite(`${folder}/test.db`, instrumentation);
    reader = openReader(`${folder}/test.db`, noInstrumentation);
    writer.run("create table notes (text text primary key)");
    writes = new GroupCommit(writer);
    kinds.length = 0;
  });

  afterEach(async () => {
    reader.close();
    writer.close();
    await rm(folder, { recursive: true });
  });

  const INSERT = "insert into notes values (?)";
  const notes = () =>
    reader
      .run<{ text: string }>("select text from notes order by text")
      .rows.map(({ text }) => text);
  const commits = () => kinds.filter((kind) => kind === "commit").length;

  /** Inserts a note in a transaction that takes a few turns of the event loop. */
  async function write(text: string, failure?: Error): Promise<void> {
    const turn = await writes.begin();
    try {
      turn.run(INSERT, [text]);
      await new Promise(setImmediate);
      if (failure) throw failure;
      await turn.commit();
    } catch (error) {
      turn.rollback();
      throw error;
    }
  }

  it("commits a transaction at once when no other waits", async () => {
    await write("one");
    expect(notes()).toEqual(["one"]);
    expect(kinds).toEqual(["begin", "insert", "commit"]);
  });

  it("runs a statement alone without a transaction when no other waits", async () => {
    await writes.runAlone(INSERT, ["one"]);
    expect(notes()).toEqual(["one"]);
    expect(kinds).toEqual(["insert"]);
  });

  it("commits those that wait together, and answers each after the commit", async () => {
    const seen: number[] = [];
    const texts = ["a", "b", "c", "d"];
    await Promise.all([
      ...texts.map((text) => write(text).then(() => seen.push(notes().length))),
      writes.runAlone(INSERT, ["e"]).then(() => seen.push(notes().length)),
    ]);
    expect(seen).toEqual([5, 5, 5, 5, 5]);
    expect(commits()).toBe(1);
  });

  it("shows other connections nothing before the commit", async () => {
    const first = await writes.begin();
    first.run(INSERT, ["first"]);
    const second = writes.begin();
    const committed = first.commit();
    const turn = await second;
    turn.run(INSERT, ["second"]);
    expect(notes()).toEqual([]);
    await Promise.all([turn.commit(), committed]);
    expect(notes()).toEqual(["first", "second"]);
  });

  it.each([0, 1, 3])("undoes only the one that fails: number %i of four", async (failing) => {
    const failure = new Error("no");
    const results = await Promise.allSettled(
      ["a", "b", "c", "d"].map((text, index) =>
        write(text, index === failing ? failure : undefined),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(
      [0, 1, 2, 3].map((index) => (index === failing ? "rejected" : "fulfilled")),
    );
    expect(results[failing]).toMatchObject({ reason: failure });
    expect(notes()).toEqual(["a", "b", "c", "d"].filter((_, index) => index !== failing));
  });

  it("goes on in the same transaction after a violated constraint", async () => {
    await write("a");
    const turn = await writes.begin();
    const other = write("b");
    expect(() => turn.run(INSERT, ["a"])).toThrow("UNIQUE");
    turn.run(INSERT, ["c"]);
    await Promise.all([turn.commit(), other]);
    expect(notes()).toEqual(["a", "b", "c"]);
  });

  it("fails all of a group when the disk is full, and none of the next", async () => {
    const pages = writer.run<{ page_count: number }>("pragma page_count").rows[0]?.page_count ?? 0;
    writer.run(`pragma max_page_count = ${pages + 4}`);
    const results = await Promise.allSettled([
      write("a"),
      write("x".repeat(100_000)),
      // It has its turn after the transaction has ended, so it belongs to the next group.
      write("c"),
    ]);
    expect(results).toMatchObject([
      { status: "rejected", reason: { message: expect.stringContaining("full") } },
      { status: "rejected", reason: { message: expect.stringContaining("full") } },
      { status: "fulfilled" },
    ]);
    expect(notes()).toEqual(["c"]);
  });

  it("runs nothing outside of a transaction that SQLite has ended", async () => {
    writer.run("pragma max_page_count = 6");
    const turn = await writes.begin();
    expect(() => turn.run(INSERT, ["x".repeat(100_000)])).toThrow("full");
    expect(() => turn.run(INSERT, ["small"])).toThrow("full");
    await expect(turn.commit()).rejects.toThrow("full");
    turn.rollback();
    expect(notes()).toEqual([]);
    await write("next");
    expect(notes()).toEqual(["next"]);
  });

  it("leaves the event loop time while one transaction follows the other", async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      timer = setImmediate(count);
    };
    let timer = setImmediate(count);
    for (let index = 0; index < 200; index++) {
      const turn = await writes.begin();
      turn.run(INSERT, [`a${index}`]);
      await turn.commit();
      await writes.runAlone(INSERT, [`b${index}`]);
    }
    clearImmediate(timer);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect(notes()).toHaveLength(400);
  });

  it("fails those who wait while another process keeps the lock", async () => {
    writes = new GroupCommit(writer, { lockTime: 50 });
    const other = openSqlite(`${folder}/test.db`, noInstrumentation);
    other.run("begin immediate");
    const results = await Promise.allSettled([write("a"), write("b")]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    other.run("rollback");
    await write("c");
    expect(notes()).toEqual(["c"]);
    other.close();
  });
});
