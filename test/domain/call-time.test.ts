// The time of a call, by a clock of the test.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  callTime,
  CallTime,
  joining,
  onOwnTime,
  outsideOfCalls,
  requireTime,
  STORE_BUDGET,
  takingBack,
  untilConfirmed,
} from "../../src/domain/call-time.ts";
import { pause, ticks } from "../../src/domain/clock.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Works for so long in the store. */
const inStore = (milliseconds: number): Promise<void> => joining(pause(milliseconds));

/** Returns the outcome of a call, and after how many milliseconds it came. */
async function outcomeOf(work: Promise<unknown>): Promise<[outcome: unknown, after: number]> {
  const began = ticks();
  const ended = work.then(
    (result): [unknown, number] => [result, ticks() - began],
    (error: { reason: string; message: string }): [unknown, number] => [
      `${error.reason}: ${error.message}`,
      ticks() - began,
    ],
  );
  await vi.advanceTimersByTimeAsync(60_000);
  return ended;
}

const LATE = "DEADLINE_EXCEEDED: The deadline passed before the call was done.";
const LATE_UNKNOWN =
  "DEADLINE_EXCEEDED: The deadline passed before the database confirmed the change; " +
  "it may have been made.";
const SLOW = "STORE_UNAVAILABLE: the database took too long";
const SLOW_UNKNOWN =
  "STORE_UNAVAILABLE: the database took too long to confirm the change; it may have been made";

describe("a call", () => {
  test("answers when it is done", async () => {
    expect(await outcomeOf(new CallTime(ticks() + 1_000).run(() => pause(999)))).toEqual([
      undefined,
      999,
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("ends at the deadline of its caller, in the store and outside", async () => {
    const work = { outside: () => pause(3_000), inside: () => inStore(3_000) };
    for (const each of Object.values(work))
      expect(await outcomeOf(new CallTime(ticks() + 1_000).run(each))).toEqual([LATE, 1_000]);
  });

  test("ends when the database has had its time, all uses together", async () => {
    const work = async (): Promise<void> => {
      for (let uses = 0; uses < 20; uses++) {
        await inStore(400);
        await pause(1_000);
      }
    };
    // The thirteenth use is the first that doesn't fit.
    expect(await outcomeOf(new CallTime().run(work))).toEqual([SLOW, 12 * 1_000 + STORE_BUDGET]);
  });

  test("counts uses at the same time once", async () => {
    const work = async (): Promise<string> => {
      await Promise.all([inStore(4_000), inStore(4_000), inStore(3_000)]);
      return "done";
    };
    expect(await outcomeOf(new CallTime().run(work))).toEqual(["done", 4_000]);
  });

  test("may wait for other things as long as it takes", async () => {
    expect(await outcomeOf(new CallTime().run(() => pause(30_000)))).toEqual([undefined, 30_000]);
  });

  test("has one budget over its parts", async () => {
    const time = new CallTime();
    const part = () => outcomeOf(time.run(() => inStore(3_000)));
    expect([await part(), await part()]).toEqual([
      [undefined, 3_000],
      [SLOW, STORE_BUDGET - 3_000],
    ]);
  });

  test("says that a change which isn't confirmed may have been made", async () => {
    const work = () => untilConfirmed(() => inStore(9_000));
    expect(await outcomeOf(new CallTime().run(work))).toEqual([SLOW_UNKNOWN, STORE_BUDGET]);
    expect(await outcomeOf(new CallTime(ticks() + 1).run(work))).toEqual([LATE_UNKNOWN, 1]);
  });

  test("begins nothing after its end", async () => {
    let refused: unknown;
    const work = async (): Promise<void> => {
      await inStore(6_000);
      try {
        requireTime();
      } catch (error) {
        refused = error;
      }
    };
    expect(await outcomeOf(new CallTime().run(work))).toEqual([SLOW, STORE_BUDGET]);
    expect(refused).toMatchObject({
      reason: "STORE_UNAVAILABLE",
      details: { retryAfter: 1_000, cause: { code: "NO_ANSWER" } },
    });
  });

  test("rejects as its work does, also at once", async () => {
    const failing = () => {
      throw new Error("no");
    };
    await expect(new CallTime().run(failing)).rejects.toThrow("no");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("sets no limit to what it leaves behind when it ends in time", async () => {
    let later: Promise<void> | undefined;
    await outcomeOf(
      new CallTime(ticks() + 1_000).run(async () => {
        later = pause(2_000).then(requireTime);
      }),
    );
    await expect(later).resolves.toBeUndefined();
  });
});

describe("work beside a call", () => {
  test("doesn't end with the caller that began it", async () => {
    let shared: Promise<string> | undefined;
    const work = () => joining((shared = onOwnTime(() => inStore(2_000).then(() => "read"))));
    expect(await outcomeOf(new CallTime(ticks() + 500).run(work))).toEqual([LATE, 500]);
    expect(await shared).toBe("read");
  });

  test("ends too when it takes too long, and counts for who waits", async () => {
    const shared = onOwnTime(() => inStore(9_000));
    const waiting = new CallTime(Infinity, 2_000).run(() => joining(shared));
    shared.catch(() => undefined);
    expect(await outcomeOf(waiting)).toEqual([SLOW, 2_000]);
    await expect(shared).rejects.toThrow("too long");
  });

  test("is taken back, and a call without time doesn't wait for that", async () => {
    let taken = 0;
    const back = () => pause(700).then(() => void taken++);
    const work = async (): Promise<void> => {
      const before = ticks();
      await takingBack(back);
      expect(ticks() - before).toBe(700);
      await pause(1_000);
      await takingBack(back);
      expect(ticks() - before).toBe(1_700);
    };
    let ended: Promise<void> | undefined;
    await outcomeOf(new CallTime(ticks() + 1_000).run(() => (ended = work())));
    await ended;
    expect(taken).toBe(2);
  });

  test("is taken back although the time of its call ends meanwhile", async () => {
    let taken = 0;
    const back = async (): Promise<void> => {
      await pause(700);
      requireTime();
      taken++;
    };
    const work = () => pause(500).then(() => takingBack(back));
    expect(await outcomeOf(new CallTime(ticks() + 1_000).run(work))).toEqual([LATE, 1_000]);
    expect(taken).toBe(1);
    // It is the database's time.
    expect(await outcomeOf(new CallTime(Infinity, 600).run(work))).toEqual([SLOW, 1_100]);
    expect(taken).toBe(2);
  });

  test("a statement for several calls has the time of none", async () => {
    const statement = async () => {
      await pause(1);
      requireTime();
      return callTime();
    };
    const work = () => pause(500).then(() => outsideOfCalls(statement));
    let found: Promise<unknown> | undefined;
    await outcomeOf(new CallTime(ticks() + 100).run(() => (found = work())));
    await expect(found).resolves.toBeUndefined();
  });

  test("outside of a call nothing is limited", async () => {
    expect(callTime()).toBeUndefined();
    expect(requireTime()).toBeUndefined();
    expect(await joining(Promise.resolve(1))).toBe(1);
    expect(await untilConfirmed(() => Promise.resolve(2))).toBe(2);
  });
});
