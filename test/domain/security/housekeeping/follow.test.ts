// When a process runs: some minutes after its start, and at its pace.
import { expect, it } from "vitest";
import { systemClock } from "../../../../src/domain/clock.ts";
import type { Stopwatch } from "../../../../src/domain/security/housekeeping/housekeeper.ts";
import { stores } from "../../../mariadb.ts";
import { aCode, NOW } from "../../../store/samples.ts";
import { keep } from "./housekeepers.ts";

const MINUTE = 60_000;
const { use } = stores[0]!;
const test = use();

/** Stands still until the test moves it. */
class FakeStopwatch implements Stopwatch {
  now = 0;
  readonly pauses: number[] = [];
  #go: (() => void) | undefined;

  readonly ticks = (): number => this.now;

  readonly pause = (milliseconds: number, stop: AbortSignal): Promise<void> => {
    if (stop.aborted) return Promise.resolve();
    this.pauses.push(milliseconds);
    return new Promise((resolve) => {
      this.#go = resolve;
      stop.addEventListener("abort", () => resolve());
    });
  };

  /** Ends a pause when there is one. */
  async pass(): Promise<number> {
    await expect.poll(() => this.#go).toBeDefined();
    const go = this.#go!;
    this.#go = undefined;
    const passed = this.pauses.at(-1)!;
    this.now += passed;
    go();
    return passed;
  }
}

it("runs first after one to five minutes, at another time in each process", async () => {
  const firsts: number[] = [];
  for (let count = 0; count < 40; count++) {
    const stopwatch = new FakeStopwatch();
    const stop = keep(test.store, systemClock, { stopwatch }).housekeeper.follow();
    await expect.poll(() => stopwatch.pauses.length).toBe(1);
    firsts.push(stopwatch.pauses[0]!);
    await stop();
  }
  expect(Math.min(...firsts)).toBeGreaterThanOrEqual(MINUTE);
  expect(Math.max(...firsts)).toBeLessThanOrEqual(5 * MINUTE);
  expect(new Set(firsts).size).toBeGreaterThan(20);
});

it("pauses nine times as long as a chunk took, and runs again when it is due", async () => {
  const clock = { ...systemClock, now: () => NOW + stopwatch.now };
  const stopwatch = new FakeStopwatch();
  for (let count = 0; count < 120; count++)
    await test.store.codes.insert(aCode({ expiresAt: NOW - 1 }));
  const store = {
    ...test.store,
    purgeExpired: async (...given: Parameters<typeof test.store.purgeExpired>) => {
      const rows = await test.store.purgeExpired(...given);
      if (given[2] === "codes") stopwatch.now += rows * 0.4;
      return rows;
    },
  };
  const { housekeeper, runs } = keep(store, clock, { stopwatch });
  const stop = housekeeper.follow();
  await stopwatch.pass();
  while (runs.length === 0) await stopwatch.pass();
  // 50 rows took 20 ms; so 25, 10 ms each.
  expect(stopwatch.pauses.filter((pause) => pause > 0 && pause < MINUTE)).toEqual([
    180, 90, 90, 72,
  ]);
  expect(runs).toMatchObject([{ rows: 120, complete: true, busyMs: 48 }]);
  const ended = stopwatch.now;
  while (runs.length === 1) await stopwatch.pass();
  expect(stopwatch.now - ended).toBeGreaterThanOrEqual(60 * MINUTE);
  expect(stopwatch.now - ended).toBeLessThan(63 * MINUTE);
  await stop();
});
