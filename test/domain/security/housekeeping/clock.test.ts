// The clock by which rows are removed goes wrong, and is put right.
import { beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/domain/clock.ts";
import { DatabaseClock } from "../../../../src/domain/database-clock.ts";
import type { Store } from "../../../../src/domain/store.ts";
import { stores } from "../../../mariadb.ts";
import { aCode, NOW } from "../../../store/samples.ts";
import { keep } from "./housekeepers.ts";

const HOUR = 3_600_000;
const LIVING = aCode({ hash: "living", createdAt: NOW, expiresAt: NOW + 60_000 });

describe.each(stores)("the purge, when the database's clock is put back, on $engine", ({ use }) => {
  const test = use();
  /** What the database's clock shows. */
  let shown = NOW;
  const source = {
    time: () => Promise.resolve({ time: shown, at: performance.now(), within: 1 }),
  };
  const isThere = async ({ hash }: typeof LIVING): Promise<boolean> =>
    (await test.store.codes.find(hash)) !== undefined;

  beforeEach(async () => {
    await test.store.purgeExpired(NOW + 2 * HOUR, 1_000, "codes");
    await test.store.codes.insert(LIVING);
  });

  it("goes by its time, also if this process hasn't followed yet", async () => {
    shown = NOW + HOUR;
    const clock = new DatabaseClock(source, systemClock);
    await clock.measure();
    shown = NOW;
    const { housekeeper, errors } = keep(test.store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    expect([await isThere(LIVING), errors]).toEqual([true, []]);
  });

  it("leaves what lives now, also if the run began before", async () => {
    let time = NOW + HOUR;
    const clock = { ...systemClock, now: () => time };
    const expired = aCode({ hash: "expired", createdAt: NOW - HOUR, expiresAt: NOW - 1 });
    await test.store.codes.insert(expired);
    const store: Store = {
      ...test.store,
      renewKeys: () => {
        time = NOW;
        return test.store.renewKeys();
      },
    };
    const { housekeeper, runs } = keep(store, clock);
    expect(await housekeeper.run(true)).toBe(true);
    expect([await isThere(LIVING), await isThere(expired)]).toEqual([true, false]);
    expect(runs).toMatchObject([{ tables: { codes: 1 }, complete: true }]);
  });

  it("removes nothing by a clock that can't be measured", async () => {
    const clock = new DatabaseClock({ time: () => Promise.reject(new Error("gone")) }, systemClock);
    const { housekeeper, runs } = keep(test.store, clock);
    await expect(housekeeper.run(true)).rejects.toThrow("gone");
    expect(runs).toEqual([]);
  });
});
