import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { id, NOW, parallel } from "../samples.ts";

describe.each(stores)("attempts on $engine", ({ use }) => {
  const test = use();

  it("count up to the limit in a window that begins with the first", async () => {
    const key = `sign-in ${"é".repeat(1_000)} ${id()}`;
    const take = (now: number) => test.store.attempts.take(key, 2, 1_000, now);
    expect(await take(NOW)).toBe(0);
    expect(await take(NOW + 400)).toBe(0);
    expect(await take(NOW + 999)).toBe(1);
    expect(await take(NOW + 500)).toBe(500);
    expect(await take(NOW + 1_000)).toBe(0);
    expect(await take(NOW + 1_999)).toBe(0);
    expect(await take(NOW + 1_999)).toBe(1);
    expect(await test.store.attempts.take(`${key} `, 2, 1_000, NOW)).toBe(0);
    expect(await test.store.attempts.take(id(), 0, 1_000, NOW)).toBe(1_000);
  });

  it("are counted in the window that now is in", async () => {
    const key = id();
    const count = (now: number) => test.store.attempts.count(key, 1_000, now);
    expect(await count(NOW)).toBe(0);
    for (const now of [NOW, NOW + 1, NOW + 2]) await test.store.attempts.take(key, 2, 1_000, now);
    expect([await count(NOW), await count(NOW + 999), await count(NOW + 1_000)]).toEqual([2, 2, 0]);
    await test.store.attempts.giveBack(key);
    expect(await count(NOW)).toBe(1);
  });

  it("can be given back and cleared", async () => {
    const key = id();
    const take = () => test.store.attempts.take(key, 1, 1_000, NOW);
    await test.store.attempts.giveBack(key);
    expect(await take()).toBe(0);
    await test.store.attempts.giveBack(key);
    await test.store.attempts.giveBack(key);
    expect(await take()).toBe(0);
    expect(await take()).toBe(1_000);
    await test.store.attempts.clear(key);
    expect(await take()).toBe(0);
  });

  it("say how long a key has no room, and count nothing by that", async () => {
    const key = id();
    const waitFor = (now: number, limit = 2) =>
      test.store.attempts.waitFor({ key, limit, windowMs: 1_000 }, now);
    expect([await waitFor(NOW), await waitFor(NOW, 0)]).toEqual([0, 1_000]);
    await test.store.attempts.take(key, 2, 1_000, NOW);
    expect(await waitFor(NOW + 1)).toBe(0);
    await test.store.attempts.take(key, 2, 1_000, NOW + 1);
    expect([await waitFor(NOW + 400), await waitFor(NOW + 1_000)]).toEqual([600, 0]);
    expect(await test.store.attempts.count(key, 1_000, NOW)).toBe(2);
    // A window of a clock that was ahead is none.
    expect(await waitFor(NOW - 60_000)).toBe(0);
  });

  it.each(["a new key", "a window that is over"])(
    "let exactly the limit of 200 through, under %s",
    async (state) => {
      const key = id();
      if (state !== "a new key")
        await parallel(10, () => test.store.attempts.take(key, 10, 1_000, NOW - 1_000));
      const answers = await parallel(200, () => test.store.attempts.take(key, 10, 1_000, NOW));
      expect(answers.filter((wait) => wait === 0)).toHaveLength(10);
      expect(answers.filter((wait) => wait === 1_000)).toHaveLength(190);
    },
  );

  it("let exactly the limit of 200 through within transactions", async () => {
    const [account, network] = [id(), id()];
    const answers = await parallel(200, () =>
      test.store.transaction(async (tx) => {
        const waits = [
          await tx.attempts.take(account, 10, 1_000, NOW),
          await tx.attempts.take(network, 300, 1_000, NOW),
        ];
        return Math.max(...waits);
      }),
    );
    expect(answers.filter((wait) => wait === 0)).toHaveLength(10);
  });

  it("count under all keys or under none", async () => {
    const [account, network] = [id(), id()];
    const takeAll = (limits: readonly [number, number], now = NOW) =>
      test.store.attempts.takeAll(
        [
          { key: account, limit: limits[0], windowMs: 1_000 },
          { key: network, limit: limits[1], windowMs: 2_000 },
        ],
        now,
      );
    const counts = (now = NOW) =>
      Promise.all([
        test.store.attempts.count(account, 1_000, now),
        test.store.attempts.count(network, 2_000, now),
      ]);
    expect([await takeAll([2, 2]), await counts()]).toEqual([true, [1, 1]]);
    expect([await takeAll([1, 2]), await counts()]).toEqual([false, [1, 1]]);
    expect([await takeAll([2, 1]), await counts()]).toEqual([false, [1, 1]]);
    expect([await takeAll([2, 0]), await counts()]).toEqual([false, [1, 1]]);
    expect([await takeAll([2, 2]), await counts()]).toEqual([true, [2, 2]]);
    // The first window is over, the second is not.
    expect([await takeAll([2, 2], NOW + 1_000), await counts(NOW + 1_000)]).toEqual([
      false,
      [0, 2],
    ]);
    expect([await takeAll([2, 3], NOW + 1_000), await counts(NOW + 1_000)]).toEqual([true, [1, 3]]);
    await test.store.attempts.giveBack(account, network);
    expect(await counts(NOW + 1_000)).toEqual([0, 2]);
    // Windows of a clock that was ahead are none.
    const earlier = NOW - 60_000;
    expect([await takeAll([1, 1], earlier), await counts(earlier)]).toEqual([true, [1, 1]]);
  });

  it("let exactly the limit of 200 through under two keys, in any order", async () => {
    const [account, network] = [id(), id()];
    const takes = [
      { key: account, limit: 10, windowMs: 1_000 },
      { key: network, limit: 300, windowMs: 1_000 },
    ];
    const answers = await parallel(200, (index) =>
      test.store.attempts.takeAll(index % 2 === 0 ? takes : takes.toReversed(), NOW),
    );
    expect(answers.filter(Boolean)).toHaveLength(10);
    expect(await test.store.attempts.count(account, 1_000, NOW)).toBe(10);
    expect(await test.store.attempts.count(network, 1_000, NOW)).toBe(10);
  });
});
