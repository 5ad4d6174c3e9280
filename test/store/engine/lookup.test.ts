import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Concurrency, LookupBatch } from "../../../src/store/engine/lookup-batch.ts";
import { stores } from "../../mariadb.ts";
import { aUser, NOW } from "../samples.ts";

describe("LookupBatch", () => {
  interface Statement {
    readonly keys: readonly string[];
    answer(rows: string[]): void;
    fail(error: Error): void;
  }

  function batch(concurrency = new Concurrency()) {
    const statements: Statement[] = [];
    const made = new LookupBatch<string>(
      (keys) =>
        new Promise((answer, fail) => {
          statements.push({ keys, answer, fail });
        }),
      (row) => row.slice(0, row.indexOf("=")),
      concurrency,
    );
    return { find: (key: string) => made.find(key), statements };
  }

  const settled = () => new Promise(setImmediate);

  it("sends a look-up at once when none is running", () => {
    const { find, statements } = batch();
    void find("a");
    expect(statements.map(({ keys }) => keys)).toEqual([["a"]]);
  });

  it("joins those that come while one is running, and never with one that was sent", async () => {
    const { find, statements } = batch();
    const first = find("a");
    const later = [find("a"), find("b"), find("b")];
    expect(statements).toHaveLength(1);
    statements[0]?.answer(["a=1"]);
    expect(await first).toEqual(["a=1"]);
    expect(statements.map(({ keys }) => keys)).toEqual([["a"], ["a", "b"]]);
    statements[1]?.answer(["b=2", "a=3", "b=4"]);
    expect(await Promise.all(later)).toEqual([["a=3"], ["b=2", "b=4"], ["b=2", "b=4"]]);
  });

  it("asks for up to 64 keys at once, and repeats the last up to a power of two", async () => {
    const { find, statements } = batch();
    void find("first");
    const found = Array.from({ length: 70 }, (_, index) => find(`key${index}`));
    statements[0]?.answer([]);
    await settled();
    expect(statements.map(({ keys }) => keys.length)).toEqual([1, 64, 8]);
    expect(new Set(statements[2]?.keys).size).toBe(6);
    statements[1]?.answer(["key63=x"]);
    statements[2]?.answer(["key64=y"]);
    expect((await Promise.all(found)).flat()).toEqual(["key63=x", "key64=y"]);
  });

  it("passes an error to all who waited, and to none who came later", async () => {
    const { find, statements } = batch();
    const first = find("first");
    const waited = Promise.allSettled([find("a"), find("b"), find("a")]);
    statements[0]?.fail(new Error("lost"));
    await expect(first).rejects.toThrow("lost");
    const later = find("a");
    statements[1]?.fail(new Error("down"));
    expect((await waited).map((each) => each.status === "rejected" && String(each.reason))).toEqual(
      ["Error: down", "Error: down", "Error: down"],
    );
    await settled();
    statements[2]?.answer(["a=1"]);
    expect(await later).toEqual(["a=1"]);
  });

  it("joins those of one turn while others are expected", async () => {
    const sent: number[] = [];
    const concurrency = new Concurrency();
    const made = new LookupBatch<string>(
      async (keys) => {
        sent.push(new Set(keys).size);
        return [...keys];
      },
      (row) => row,
      concurrency,
    );
    const find = (count: number) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          // As requests that the process reads one after the other in one turn.
          for (let step = 0; step < index * 10; step++) await Promise.resolve();
          return made.find(`key${index}`);
        }),
      );
    for (let turn = 0; turn < 40; turn++) {
      await find(1);
      await settled();
    }
    expect(sent).toEqual(Array.from({ length: 40 }, () => 1));
    concurrency.observe();
    await settled();
    sent.length = 0;
    expect((await find(5)).flat()).toEqual(["key0", "key1", "key2", "key3", "key4"]);
    expect(sent).toEqual([1, 4]);
  });

  it("doesn't wait for a statement that hangs", async () => {
    const { find, statements } = batch();
    void find("a");
    const waiting = find("b");
    await new Promise((resolve) => setTimeout(resolve, 60));
    const later = find("c");
    expect(statements.map(({ keys }) => keys)).toEqual([["a"], ["b", "c"]]);
    statements[1]?.answer(["b=1", "c=2"]);
    expect(await Promise.all([waiting, later])).toEqual([["b=1"], ["c=2"]]);
  });
});

describe.each(stores)("look-ups on $engine", ({ use }) => {
  const test = use();

  it("find the same together as one by one, and nothing for another key", async () => {
    const users = Array.from({ length: 20 }, () => aUser());
    for (const user of users) await test.store.users.insert(user);
    const { realm } = users[0]!;
    const keys = users.flatMap(({ emailKey }) => [
      emailKey,
      `${emailKey} `,
      emailKey.toUpperCase(),
    ]);
    const together = await Promise.all(keys.map((key) => test.store.users.findByEmail(realm, key)));
    const single = [];
    for (const key of keys) single.push(await test.store.users.findByEmail(realm, key));
    expect(together).toEqual(single);
    expect(together.filter(Boolean)).toHaveLength(20);
    const elsewhere = keys.map((key) => test.store.users.findByEmail("another", key));
    expect((await Promise.all(elsewhere)).filter(Boolean)).toEqual([]);
  });

  it("reject a value of a wrong type alone", async () => {
    const user = aUser();
    await test.store.users.insert(user);
    const wrong = [user.id] as unknown as string;
    const results = await Promise.allSettled(
      [user.id, wrong, user.id, user.id].map((id) => test.store.users.find(id)),
    );
    expect(results.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
  });

  it("see every write that was acknowledged before they began, in any order", async () => {
    const users = Array.from({ length: 4 }, () => aUser());
    for (const user of users) await test.store.users.insert(user);
    const acknowledged = users.map(() => 1);
    let looks = 0;
    const step = fc.record({
      index: fc.nat(users.length - 1),
      writes: fc.boolean(),
      after: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        await Promise.all(
          steps.map(async ({ index, writes, after }) => {
            for (let turn = 0; turn < after; turn++) await new Promise(setImmediate);
            const { id } = users[index]!;
            if (writes) {
              const epoch = await test.store.users.setPassword(id, "hash", NOW);
              acknowledged[index] = Math.max(acknowledged[index]!, epoch ?? 0);
            } else {
              const before = acknowledged[index]!;
              const found = await test.store.users.find(id);
              expect(found?.id).toBe(id);
              expect(found?.epoch).toBeGreaterThanOrEqual(before);
              looks++;
            }
          }),
        );
      }),
      { numRuns: 25 },
    );
    expect(looks).toBeGreaterThan(20);
  });
});
