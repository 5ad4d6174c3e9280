// Rows that a clock wrote which was ahead: no counter and no key may wait until now reaches them.
import { describe, expect, test } from "vitest";
import { CLOCK_SKEW, COUNTING_SKEW, DAY } from "../../../src/domain/durations.ts";
import { FullCounters } from "../../../src/domain/security/rate-limit.ts";
import { isStale } from "../../../src/domain/sessions/sessions.ts";
import { isRecent } from "../../../src/domain/principal.ts";
import { stores } from "../../mariadb.ts";
import { aKey, aSession, id, NOW, parallel } from "../samples.ts";

const WINDOW = 300_000;

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test.each([
    // The clock was ahead by as much; then attempts are refused, and for how long at most.
    [0, WINDOW],
    [1, WINDOW],
    [COUNTING_SKEW, WINDOW],
    [COUNTING_SKEW + 1, 0],
    [CLOCK_SKEW, 0],
    [WINDOW, 0],
    [DAY, 0],
    [400 * DAY, 0],
  ])("a full window of a clock %i ms ahead makes an attempt wait %i ms", async (ahead, wait) => {
    const { attempts } = kept.store;
    const key = id();
    for (let tries = 0; tries < 2; tries++)
      expect(await attempts.take(key, 2, WINDOW, NOW + ahead)).toBe(0);
    expect(await attempts.count(key, WINDOW, NOW)).toBe(wait === 0 ? 0 : 2);
    expect(await attempts.take(key, 2, WINDOW, NOW)).toBe(wait);
    if (wait > 0) return;
    // A new window has begun, which counts as any other.
    expect(await attempts.count(key, WINDOW, NOW)).toBe(1);
    expect(await attempts.take(key, 2, WINDOW, NOW + 1)).toBe(0);
    expect(await attempts.take(key, 2, WINDOW, NOW + 2)).toBe(WINDOW - 2);
    expect(await attempts.take(key, 2, WINDOW, NOW + WINDOW)).toBe(0);
  });

  test("a limit of one attempt is one as any other", async () => {
    const { attempts } = kept.store;
    const key = id();
    expect(await attempts.take(key, 1, WINDOW, NOW + DAY)).toBe(0);
    expect(await attempts.take(key, 1, WINDOW, NOW)).toBe(0);
    expect(await attempts.take(key, 1, WINDOW, NOW)).toBe(WINDOW);
  });

  test.each([0, COUNTING_SKEW + 1, CLOCK_SKEW + 1, 50_000, DAY, 400 * DAY])(
    "what may be done only so often, by a clock %i ms ahead, stays done",
    async (ahead) => {
      const { attempts } = kept.store;
      const [once, twice] = [
        { key: id(), limit: 1, windowMs: WINDOW },
        { key: id(), limit: 2, windowMs: WINDOW },
      ];
      expect(await attempts.spend(once, NOW + ahead)).toBe(true);
      expect(await attempts.spend(once, NOW)).toBe(false);
      expect(await attempts.spend(twice, NOW + ahead)).toBe(true);
      expect(await attempts.spend(twice, NOW)).toBe(true);
      expect(await attempts.spend(twice, NOW)).toBe(false);
      const inside = (now: number) => kept.store.transaction((tx) => tx.attempts.spend(twice, now));
      expect(await inside(NOW + ahead)).toBe(false);
      // The window is the first one's.
      expect(await attempts.spend(once, NOW + ahead + WINDOW - 1)).toBe(false);
      expect(await attempts.spend(once, NOW + ahead + WINDOW)).toBe(true);
      expect(await inside(NOW + ahead + WINDOW)).toBe(true);
    },
  );

  test("many at once, counted together, spend no more than there is", async () => {
    const { attempts } = kept.store;
    const [key, limited] = [id(), id()];
    const spend = (now: number) => attempts.spend({ key, limit: 3, windowMs: WINDOW }, now);
    expect(await spend(NOW + DAY)).toBe(true);
    const spent = await parallel(60, async (index) =>
      index % 2 === 0 ? spend(NOW) : (await attempts.take(limited, 5, WINDOW, NOW)) === 0,
    );
    expect(spent.filter((done, index) => done && index % 2 === 0)).toHaveLength(2);
    expect(spent.filter((done, index) => done && index % 2 === 1)).toHaveLength(5);
  });

  test("a key that retires far ahead retires earlier, and never later", async () => {
    const { signingKeys } = kept.store;
    const made = aKey();
    await signingKeys.insert(made);
    const retiredAt = async () =>
      (await signingKeys.list()).find(({ kid }) => kid === made.kid)?.retiredAt;
    for (const [at, then] of [
      [NOW + DAY, NOW + DAY],
      [NOW + 5, NOW + 5],
      [NOW + 6, NOW + 5],
    ] as const) {
      await signingKeys.retire(made, at);
      expect(await retiredAt()).toBe(then);
    }
  });
});

test("a counter in memory is forgotten when the clock is put back", () => {
  let now = NOW + DAY;
  const full = new FullCounters({ now: () => now, random: () => Buffer.alloc(0) });
  full.note("network", WINDOW);
  expect(() => full.requireRoom("network")).toThrow(/Too many tries/);
  now = NOW;
  expect(() => full.requireRoom("network")).not.toThrow();
});

test.each([
  [-300_000, false],
  [-299_999, true],
  [0, true],
  [CLOCK_SKEW, true],
  [CLOCK_SKEW + 1, false],
  [DAY, false],
])("a session opened %i ms from now is recent: %s", (from, recent) => {
  expect(isRecent(aSession({ createdAt: NOW + from }), NOW)).toBe(recent);
});

test.each([
  [-60_001, true],
  [-60_000, false],
  [CLOCK_SKEW, false],
  [CLOCK_SKEW + 1, true],
])("a last use %i ms from now is recorded again: %s", (from, stale) => {
  expect(isStale(NOW + from, NOW)).toBe(stale);
});
