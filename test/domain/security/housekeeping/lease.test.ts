// One process at a time removes expired rows.
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/domain/clock.ts";
import type { Store } from "../../../../src/domain/store.ts";
import { openStore } from "../../../../src/store/engine/create-store.ts";
import { stores } from "../../../mariadb.ts";
import { aCode, aSession, NOW } from "../../../store/samples.ts";
import { keep } from "./housekeepers.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

async function expire(store: Store, count: number): Promise<void> {
  for (let index = 0; index < count; index++)
    await store.codes.insert(aCode({ expiresAt: NOW - 1 - index }));
}

/** A store whose removal of codes does something first. */
const preceded = (store: Store, first: () => Promise<unknown>): Store => ({
  ...store,
  purgeExpired: async (...given) => {
    if (given[2] === "codes") await first();
    return store.purgeExpired(...given);
  },
});

describe.each(stores)("the lease of the purge on $engine", ({ use }) => {
  const test = use();
  let time = NOW;
  const clock = { ...systemClock, now: () => time };

  it("lets one of two processes remove, and counts every row once", async () => {
    const other = await openStore(test.options);
    await expire(test.store, 300);
    const second = keep(other, clock);
    const tried: boolean[] = [];
    const first = keep(
      preceded(test.store, async () => tried.push(await second.housekeeper.run(true))),
      clock,
    );
    expect(await first.housekeeper.run(true)).toBe(true);
    expect(tried.length).toBeGreaterThan(1);
    expect(tried).not.toContain(true);
    expect(first.runs).toMatchObject([{ rows: 300, tables: { codes: 300 }, complete: true }]);
    expect([first.holds, second.holds]).toEqual([[true, false], []]);
    // It has been released.
    expect(await second.housekeeper.run(true)).toBe(true);
    expect(second.runs).toMatchObject([{ rows: 0, complete: true }]);
    await other.close();
  });

  it("is given to one of many that ask at once", async () => {
    const ask = (holder: string): Promise<boolean> =>
      test.store.leases.take({
        name: "purge",
        holder,
        now: time,
        until: time + MINUTE,
        dueWithin: undefined,
      });
    const holders = Array.from({ length: 20 }, (_, index) => `process ${index}`);
    const taken = await Promise.all(holders.map(ask));
    expect(taken.filter(Boolean)).toHaveLength(1);
    const holder = holders[taken.indexOf(true)]!;
    const other = holders[taken.indexOf(false)]!;
    const name = "purge";
    expect(await test.store.leases.renew({ name, holder, until: time + MINUTE + 1 })).toBe(true);
    expect(await test.store.leases.renew({ name, holder: other, until: time + HOUR })).toBe(false);
    await test.store.leases.release({ name, holder: other }, 0);
    expect(await ask(other)).toBe(false);
    await test.store.leases.release({ name, holder }, 0);
    expect(await ask(other)).toBe(true);
    await test.store.leases.release({ name, holder: other }, 0);
  });

  it("ends a minute after its holder has died, to the millisecond", async () => {
    const dead = { name: "purge", holder: "dead", now: time, dueWithin: undefined };
    expect(await test.store.leases.take({ ...dead, until: time + MINUTE })).toBe(true);
    const { housekeeper } = keep(test.store, clock);
    time += MINUTE - 1;
    expect(await housekeeper.run(true)).toBe(false);
    time += 1;
    expect(await housekeeper.run(true)).toBe(true);
    // The one that was only asleep notices.
    expect(await test.store.leases.renew({ ...dead, until: time + MINUTE })).toBe(false);
  });

  it("leaves the work due when its holder dies, also one that came before its time", async () => {
    const { housekeeper } = keep(test.store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    const dead = { name: "purge", holder: "dead", now: time, dueWithin: undefined };
    expect(await test.store.leases.take({ ...dead, until: time + MINUTE })).toBe(true);
    time += MINUTE - 1;
    expect(await housekeeper.run()).toBe(false);
    time += 1;
    expect(await housekeeper.run()).toBe(true);
    time += MINUTE;
    expect(await housekeeper.run()).toBe(false);
  });

  it("isn't held for ever by a clock that was wrong", async () => {
    const wrong = { name: "purge", holder: "wrong", dueWithin: undefined };
    const later = time + 365 * 24 * HOUR;
    expect(await test.store.leases.take({ ...wrong, now: later, until: later + MINUTE })).toBe(
      true,
    );
    const { housekeeper } = keep(test.store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    // It has put the next run off, by its own clock.
    expect(await test.store.leases.take({ ...wrong, now: later, until: later + MINUTE })).toBe(
      true,
    );
    await test.store.leases.release(wrong, later + HOUR);
    expect(await housekeeper.run()).toBe(true);
  });

  it("is due an hour after a run, and sooner after one that didn't end", async () => {
    const { housekeeper, runs } = keep(test.store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    time += HOUR - 1;
    expect(await housekeeper.run()).toBe(false);
    time += 1;
    expect(await housekeeper.run()).toBe(true);
    await expire(test.store, 200);
    // Half an hour is over after some chunks.
    let ticks = 0;
    const slow = keep(test.store, clock, {
      stopwatch: { ticks: () => (ticks += 60_000), pause: () => Promise.resolve() },
    });
    expect(await slow.housekeeper.run(true)).toBe(true);
    expect(slow.runs).toMatchObject([{ complete: false }]);
    time += MINUTE - 1;
    expect(await housekeeper.run()).toBe(false);
    time += 1;
    expect(await housekeeper.run()).toBe(true);
    expect(runs.at(-1)).toMatchObject({ complete: true });
    expect((slow.runs[0]?.rows ?? 0) + (runs.at(-1)?.rows ?? 0)).toBe(200);
  });

  it("is released at a stop, between two chunks, for the next process at once", async () => {
    await expire(test.store, 200);
    const stop = new AbortController();
    const stopped = keep(
      preceded(test.store, async () => stop.abort()),
      clock,
    );
    expect(await stopped.housekeeper.run(true, stop.signal)).toBe(true);
    expect(stopped.runs).toMatchObject([{ rows: 50, complete: false }]);
    expect(stopped.holds).toEqual([true, false]);
    const next = keep(test.store, clock);
    expect(await next.housekeeper.run()).toBe(true);
    expect(next.runs).toMatchObject([{ rows: 150, complete: true }]);
  });

  it("is released after a failure, and the next run goes on", async () => {
    await expire(test.store, 60);
    let isBroken = true;
    const { leases } = test.store;
    const store = {
      ...test.store,
      leases: {
        ...leases,
        renew: async (...given: Parameters<typeof leases.renew>) => {
          if (isBroken) throw new Error("away");
          return leases.renew(...given);
        },
      },
    };
    let ticks = 0;
    const stopwatch = {
      ticks: () => (ticks += isBroken ? 11_000 : 1),
      pause: () => Promise.resolve(),
    };
    const { housekeeper, holds, runs } = keep(store, clock, { stopwatch });
    await expect(housekeeper.run(true)).rejects.toThrow("away");
    isBroken = false;
    time += MINUTE;
    expect(await housekeeper.run()).toBe(true);
    expect(holds).toEqual([true, false, true, false]);
    expect(runs).toMatchObject([{ rows: 60, complete: true }]);
  });

  it("is kept when one table fails: the others go on, and that one by the next run", async () => {
    await expire(test.store, 60);
    const { purgeExpired, users, sessions, renewKeys } = test.store;
    for (let count = 0; count < 3; count++) await sessions.insert(aSession({ expiresAt: NOW - 1 }));
    let isBroken = true;
    const orFail = <T>(work: () => Promise<T>): Promise<T> =>
      isBroken ? Promise.reject(new Error("too long")) : work();
    const store: Store = {
      ...test.store,
      renewKeys: () => orFail(renewKeys),
      users: { ...users, purge: (...given) => orFail(() => users.purge(...given)) },
      purgeExpired: (...given) =>
        given[2] === "codes" ? orFail(() => purgeExpired(...given)) : purgeExpired(...given),
    };
    const { housekeeper, holds, runs, errors, failed } = keep(store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    expect(runs).toMatchObject([{ rows: 3, tables: { sessions: 3 }, complete: false }]);
    expect(errors).toEqual([new Error("too long")]);
    expect(failed).toEqual([["users", "codes"]]);
    isBroken = false;
    time += MINUTE - 1;
    expect(await housekeeper.run()).toBe(false);
    time += 1;
    expect(await housekeeper.run()).toBe(true);
    expect(runs[1]).toMatchObject({ rows: 60, tables: { codes: 60 }, complete: true });
    expect([errors.length, holds]).toEqual([1, [true, false, true, false]]);
  });
});
