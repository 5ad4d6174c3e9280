// The lanes: how much runs at once, and what becomes of those who wait for one.
import { describe, expect, test } from "vitest";
import { CallTime } from "../../../src/domain/call-time.ts";
import { pause, ticks } from "../../../src/domain/clock.ts";
import type { Requester } from "../../../src/domain/security/ticket.ts";
import {
  ConcurrencyLimiter,
  ownWork,
  type Place,
} from "../../../src/domain/security/concurrency-limiter.ts";

const gate = () => Promise.withResolvers<void>();
const from = (network: string, more: Partial<Requester> = {}): Requester => ({
  network,
  address: network,
  account: "ada",
  expired: () => false,
  ...more,
});
const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "done",
    (error: { reason: string }) => error.reason,
  );

describe("lanes", () => {
  test("run as many as there are, queue a few and refuse the rest at once", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 2, places: 1 });
    const gates = [gate(), gate(), gate()];
    const runs = gates.map(({ promise }) => lanes.run(() => promise, ownWork));
    expect(lanes.load).toEqual({ busy: 2, waiting: 1 });
    await expect(lanes.run(() => Promise.resolve(), ownWork)).rejects.toMatchObject({
      reason: "OVERLOADED",
      details: { retryAfter: 1000 },
    });
    for (const { resolve } of gates) resolve();
    await Promise.all(runs);
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });

  test("drop work whose caller is gone, undone", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 5 });
    const first = gate();
    const running = lanes.run(() => first.promise, ownWork);
    let done = false;
    const late = reasonOf(
      lanes.run(() => Promise.resolve((done = true)), from("a", { expired: () => true })),
    );
    const next = lanes.run(() => Promise.resolve("next"), ownWork);
    first.resolve();
    await running;
    expect([await late, await next, done]).toEqual(["DEADLINE_EXCEEDED", "next", false]);
  });

  test("drop work of a call that has ended without it, undone", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 5 });
    const outcome = Promise.withResolvers<unknown>();
    let done = false;
    const call = new CallTime(ticks() + 5).run(async () => {
      await pause(20);
      outcome.resolve(reasonOf(lanes.run(() => Promise.resolve((done = true)), ownWork)));
    });
    await expect(call).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    expect([await outcome.promise, done]).toEqual(["DEADLINE_EXCEEDED", false]);
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });

  test("drop work that can't be done in time, unless that has to be tried", async () => {
    let now = 0;
    const lanes = new ConcurrencyLimiter({ slots: 1, places: 10, now: () => now });
    const until = (deadline: number) =>
      from("a", { expired: (withinMs = 0) => deadline <= now + withinMs });
    const done: number[] = [];
    /** Work of so many milliseconds. */
    const work = (deadline: number, ms = 20): Promise<unknown> =>
      reasonOf(
        lanes.run(() => {
          now += ms;
          return Promise.resolve(void done.push(deadline));
        }, until(deadline)),
      );
    // Each has taken 20 ms so far.
    for (let count = 0; count < 30; count++) await work(Infinity);
    done.length = 0;
    const begin = now;
    const answers = await Promise.all([100, 25, 41, 30, 70, 71].map((ms) => work(begin + ms)));
    // The second would end at 40, and the last has none behind it.
    expect(done.map((deadline) => deadline - begin)).toEqual([100, 41, 70, 71]);
    expect(answers).toEqual([
      "done",
      "DEADLINE_EXCEEDED",
      "done",
      "DEADLINE_EXCEEDED",
      "done",
      "done",
    ]);
    // A call that is alone is tried: how else would one see that work takes less now?
    expect(await work(now + 5, 1)).toBe("done");
    // Beside one that prepares, only the first for a second is.
    const preparing = gate();
    const other = lanes.within(from("b"), () => preparing.promise);
    const beside: unknown[] = [];
    for (const passing of [0, 999, 1, 1_000, 0]) {
      now += passing;
      beside.push(await work(now + 5, 1));
    }
    expect(beside.map((each) => each === "done")).toEqual([false, false, true, true, false]);
    preparing.resolve();
    await other;
  });

  test("drop work whose caller would be gone before what follows it is done", async () => {
    let now = 0;
    const lanes = new ConcurrencyLimiter({ slots: 1, places: 10, now: () => now });
    let hashed = 0;
    /** Hashes for 20 ms, and commits for so many. */
    const call = (deadline: number, commitMs = 30): Promise<unknown> =>
      reasonOf(
        lanes.within(
          from("a", { expired: (withinMs = 0) => deadline <= now + withinMs }),
          async (place) => {
            await place.run(() => Promise.resolve(void ((now += 20), hashed++)));
            now += commitMs;
          },
        ),
      );
    for (let count = 0; count < 30; count++) await call(Infinity);
    hashed = 0;
    const preparing = gate();
    const other = lanes.within(from("b"), () => preparing.promise);
    expect([await call(now + 49), await call(now + 52), hashed]).toEqual([
      "DEADLINE_EXCEEDED",
      "done",
      1,
    ]);
    // Another server that answers after seconds says little of what others wait for.
    for (let count = 0; count < 30; count++) await call(Infinity, 900);
    expect([await call(now + 110), await call(now + 125)]).toEqual(["DEADLINE_EXCEEDED", "done"]);
    preparing.resolve();
    await other;
  });

  test("let fewer wait while work is slow, but 15 a slot at least, and all own work", async () => {
    let now = 0;
    const lanes = new ConcurrencyLimiter({ slots: 2, places: 40, waitMs: 400, now: () => now });
    const work = (ms: number): Promise<void> =>
      lanes.run(() => Promise.resolve(void (now += ms)), ownWork);
    /** How many find a place beside two that run. */
    const places = async (): Promise<number> => {
      const ends = gate();
      const calls = Array.from({ length: 100 }, () =>
        reasonOf(lanes.run(() => ends.promise, from("a"))),
      );
      const { waiting } = lanes.load;
      ends.resolve();
      await Promise.all(calls);
      return waiting;
    };
    const seen: number[] = [await places()];
    for (const ms of [20, 24, 40, 80, 10_000, 5]) {
      for (let count = 0; count < 60; count++) await work(ms);
      seen.push(await places());
    }
    expect(seen).toEqual([40, 40, 33, 30, 30, 30, 40]);
    // An import that hashes many at once isn't refused on a slow machine.
    for (let count = 0; count < 60; count++) await work(10_000);
    const own = Array.from({ length: 42 }, () =>
      reasonOf(lanes.run(() => Promise.resolve(), ownWork)),
    );
    expect(await Promise.all(own)).toEqual(Array(42).fill("done"));
  });

  test("go on after a failure", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 1 });
    await expect(lanes.run(() => Promise.reject(new Error("broken")), ownWork)).rejects.toThrow(
      "broken",
    );
    expect(await lanes.run(() => Promise.resolve(1), ownWork)).toBe(1);
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });
});

describe("a place", () => {
  test("is taken before its work is prepared, and left in every case", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 2 });
    const preparing = gate();
    // While no call waits for a slot, five times as many may prepare as may wait.
    const held = Array.from({ length: 10 }, () => lanes.within(ownWork, () => preparing.promise));
    expect(lanes.load).toEqual({ busy: 0, waiting: 10 });
    expect(await reasonOf(lanes.within(ownWork, () => Promise.resolve()))).toBe("OVERLOADED");
    preparing.reject(new Error("not found"));
    expect((await Promise.allSettled(held)).map(({ status }) => status)).toEqual(
      Array(10).fill("rejected"),
    );
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });

  test("is lost to another network before its work begins, which is then not done", async () => {
    const refused: string[] = [];
    const lanes = new ConcurrencyLimiter({
      slots: 1,
      places: 4,
      onRefused: () => void refused.push("refused"),
    });
    const [busy, preparing] = [gate(), gate()];
    const running = lanes.run(() => busy.promise, ownWork);
    const done: string[] = [];
    const work = (name: string) => () => Promise.resolve(void done.push(name));
    const waiting = ["first", "second"].map((name) =>
      reasonOf(lanes.run(work(name), from("flood"))),
    );
    const prepared = ["third", "fourth"].map((name) =>
      reasonOf(
        lanes.within(from("flood"), (place) => preparing.promise.then(() => place.run(work(name)))),
      ),
    );
    // The newest give way first: both that are prepared, then one that waits.
    const others = ["a", "b", "c"].map((name) => reasonOf(lanes.run(work(name), from(name))));
    expect(await waiting[1]).toBe("OVERLOADED");
    // At once, and not only when what they prepare is done.
    expect(await Promise.all(prepared)).toEqual(["OVERLOADED", "OVERLOADED"]);
    preparing.resolve();
    busy.resolve();
    expect(await Promise.all([running, waiting[0], ...others])).toEqual([
      undefined,
      "done",
      "done",
      "done",
      "done",
    ]);
    expect(done).toEqual(["first", "a", "b", "c"]);
    expect(refused).toHaveLength(3);
  });

  test("gives a second turn without a second chance to be refused", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 1 });
    const between = gate();
    const twice = lanes.within(from("a"), async (place) => {
      await place.run(() => Promise.resolve());
      await between.promise;
      return place.run(() => Promise.resolve("second"));
    });
    await new Promise(setImmediate);
    const busy = gate();
    const others = [
      lanes.run(() => busy.promise, from("b")),
      lanes.run(() => Promise.resolve(), from("c")),
    ];
    expect(lanes.load).toEqual({ busy: 1, waiting: 1 });
    between.resolve();
    await new Promise(setImmediate);
    expect(lanes.load).toEqual({ busy: 1, waiting: 2 });
    busy.resolve();
    expect(await twice).toBe("second");
    await Promise.all(others);
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });

  test("goes ahead of others when its user turns out to be known", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 10 });
    const busy = gate();
    const running = lanes.run(() => busy.promise, ownWork);
    const done: string[] = [];
    const work = (name: string, prepare: (place: Place) => void = () => undefined) =>
      lanes.within(
        from(name),
        (place) => (prepare(place), place.run(() => Promise.resolve(void done.push(name)))),
      );
    const all = [work("a"), work("b"), work("home", (place) => place.markKnown())];
    busy.resolve();
    await Promise.all([running, ...all]);
    expect(done).toEqual(["home", "a", "b"]);
  });

  test("is kept for a user who was known before, where others' have none", async () => {
    const lanes = new ConcurrencyLimiter({ now: () => 0, slots: 1, places: 4 });
    await lanes.within(from("home"), (place) => Promise.resolve(place.markKnown()));
    const busy = gate();
    const running = ["a", "b", "c", "d", "e"].map((name) =>
      reasonOf(lanes.run(() => busy.promise, from(name))),
    );
    for (let count = 0; count < 10; count++) lanes.hasPlaceFor(from("f"));
    expect([lanes.hasPlaceFor(from("f")), lanes.hasPlaceFor(from("home"))]).toEqual([false, true]);
    const [stranger, home] = [
      reasonOf(lanes.run(() => busy.promise, from("home", { account: "eve" }))),
      reasonOf(lanes.run(() => busy.promise, from("home"))),
    ];
    busy.resolve();
    expect([await stranger, await home]).toEqual(["OVERLOADED", "done"]);
    expect((await Promise.all(running)).filter((each) => each === "OVERLOADED")).toHaveLength(1);
  });

  test("is promised to who may have it, and those who may not are counted", async () => {
    let refused = 0;
    const lanes = new ConcurrencyLimiter({
      now: () => 0,
      slots: 1,
      places: 2,
      onRefused: () => void refused++,
    });
    const busy = gate();
    const running = [1, 2, 3].map(() => lanes.run(() => busy.promise, from("flood")));
    expect(lanes.hasPlaceFor(from("other"))).toBe(true);
    const flooding = Array.from({ length: 10 }, () => lanes.hasPlaceFor(from("flood")));
    // One in each lane may say which account it is.
    expect(flooding.filter(Boolean)).toHaveLength(1);
    expect(refused).toBe(9);
    busy.resolve();
    await Promise.all(running);
    expect(lanes.hasPlaceFor(from("flood"))).toBe(true);
  });
});
