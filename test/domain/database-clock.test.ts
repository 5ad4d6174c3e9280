import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock, ticks } from "../../src/domain/clock.ts";
import { DatabaseClock, type MeasuredTime, skewText } from "../../src/domain/database-clock.ts";

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;

beforeEach(() => void vi.useFakeTimers({ now: NOW }));
afterEach(() => void vi.useRealTimers());

/** A database whose clock is so far behind the machine's, and how often it was asked. */
function database(behind = 0) {
  const began = ticks();
  const source = {
    behind,
    asked: 0,
    within: 1,
    isAway: false,
    time: async (): Promise<MeasuredTime | undefined> => {
      source.asked++;
      if (source.isAway) throw new Error("away");
      const at = ticks();
      return { time: NOW + at - began - source.behind, at, within: source.within };
    },
  };
  return source;
}

/** Puts the machine's clock to another time. */
const jump = (milliseconds: number): void => void vi.setSystemTime(Date.now() + milliseconds);
const pass = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

describe("the time of the database", () => {
  test("is the machine's until it is measured, and where there is none", async () => {
    const clock = new DatabaseClock(database(HOUR));
    expect([clock.now(), clock.aheadMs]).toEqual([NOW, 0]);
    const file = new DatabaseClock({ time: () => Promise.resolve(undefined) });
    await file.measure();
    jump(HOUR);
    expect([file.now(), file.aheadMs]).toEqual([NOW + HOUR, 0]);
  });

  test.each([HOUR, -HOUR, 300_000])("counts, %i ms from the machine's", async (behind) => {
    const clock = new DatabaseClock(database(behind));
    await clock.measure();
    expect([clock.now(), clock.aheadMs]).toEqual([NOW - behind, behind]);
    await pass(10_000);
    expect(clock.now()).toBe(NOW - behind + 10_000);
  });

  test.each([HOUR, -HOUR])("goes on when the machine's jumps by %i ms", async (by) => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    const stop = clock.follow();
    jump(by);
    expect(clock.aheadMs).toBe(by);
    await pass(3_000);
    // The ticks may have stood still while the machine slept, so it is measured, also if no call
    // asks for the time.
    expect(source.asked).toBe(1);
    await pass(3_000);
    expect([source.asked, clock.now()]).toEqual([2, NOW + 6_000]);
    stop();
  });

  test("is measured within every minute, and follows the database", async () => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    const stop = clock.follow();
    source.behind = 9_000;
    await pass(54_999);
    expect([source.asked, clock.aheadMs]).toEqual([1, 0]);
    await pass(1);
    expect([source.asked, clock.aheadMs]).toEqual([2, 9_000]);
    stop();
    await pass(HOUR);
    expect(source.asked).toBe(2);
  });

  test("is measured soon after a failure, until that succeeds", async () => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    const stop = clock.follow();
    source.isAway = true;
    clock.suspect();
    for (let times = 0; times < 100; times++) clock.suspect();
    // Once a second, however many calls fail.
    await pass(15_000);
    expect([source.asked, clock.now()]).toEqual([16, NOW + 15_000]);
    source.isAway = false;
    source.behind = 500;
    await pass(1_000);
    expect([source.asked, clock.aheadMs]).toEqual([17, 500]);
    await pass(20_000);
    expect(source.asked).toBe(17);
    stop();
  });

  test("is measured at once when another host is used, also during a measurement", async () => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    const stop = clock.follow();
    await pass(10_000);
    source.behind = 300_000;
    clock.suspect();
    await pass(0);
    expect([source.asked, clock.aheadMs]).toEqual([2, 300_000]);
    await pass(10_000);
    // The host that is being measured goes, and the next one has another time.
    const { time } = source;
    source.time = async () => {
      const measured = await time();
      if (source.asked === 3) {
        source.behind = 0;
        clock.suspect();
      }
      return measured;
    };
    clock.suspect();
    await pass(0);
    expect([source.asked, clock.aheadMs]).toEqual([3, 300_000]);
    await pass(1_000);
    expect([source.asked, clock.aheadMs]).toEqual([4, 0]);
    stop();
    clock.suspect();
    await pass(10_000);
    expect(source.asked).toBe(4);
  });

  test("is measured at once by the first call after the machine has slept", async () => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    const stop = clock.follow();
    await pass(2_000);
    // The ticks stood still for an hour, and the machine's clock didn't.
    jump(HOUR);
    source.behind = -HOUR;
    expect(clock.now()).toBe(NOW + 2_000);
    await pass(0);
    expect([source.asked, clock.now(), clock.aheadMs]).toEqual([2, NOW + HOUR + 2_000, 0]);
    await pass(10_000);
    expect(source.asked).toBe(2);
    stop();
  });

  test("doesn't jitter by what a measurement can't know", async () => {
    const source = database();
    const clock = new DatabaseClock(source);
    await clock.measure();
    source.within = 40;
    source.behind = 40;
    await clock.measure();
    expect(clock.aheadMs).toBe(0);
    source.behind = 41;
    await clock.measure();
    expect(clock.aheadMs).toBe(41);
  });

  test("a first measurement that fails is an error; random bytes are the machine's", async () => {
    const source = database();
    source.isAway = true;
    const clock = new DatabaseClock(source, systemClock);
    await expect(clock.measure()).rejects.toThrow("away");
    expect(clock.random(16)).toHaveLength(16);
  });
});

test.each([
  [0, undefined],
  [60_000, undefined],
  [-60_000, undefined],
  [60_001, "this machine's clock is 60 s ahead of the database's"],
  [-300_000, "this machine's clock is 300 s behind the database's"],
])("a machine that is %i ms ahead: %s", (ahead, text) => {
  expect(skewText(ahead)).toBe(text);
});
