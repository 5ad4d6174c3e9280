// The background check that the database can be written.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { WriteWatch } from "../../src/app/write-watch.ts";
import { unavailable } from "../../src/store/engine/errors.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const full = unavailable({ errcode: 13 });
const busy = unavailable({ errcode: 5 });

/** A watch over a store whose writes do what `outcome` says. */
function watched() {
  const state = {
    outcome: (): Promise<void> => Promise.resolve(),
    checks: [] as boolean[],
    changes: [] as boolean[],
  };
  const watch = new WriteWatch({
    store: {
      checkWritable: (large) => {
        state.checks.push(large);
        return state.outcome();
      },
    },
    onChange: (writable) => state.changes.push(writable),
  });
  watch.start();
  return { state, watch };
}

test("it writes a small row every 5 seconds while that works", async () => {
  const { state, watch } = watched();
  await vi.advanceTimersByTimeAsync(16_000);
  expect(state).toMatchObject({ checks: [false, false, false, false], changes: [] });
  watch.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(state.checks).toHaveLength(4);
});

test("a failed write makes it unready until a large one fits", async () => {
  const { state, watch } = watched();
  state.outcome = () => Promise.reject(full);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(state.changes).toEqual([false]);
  expect(state.checks.at(-1)).toBe(true);
  state.outcome = () => Promise.resolve();
  await vi.advanceTimersByTimeAsync(1_500);
  expect(state.changes).toEqual([false, true]);
  watch.stop();
});

test("a failure of a call leads to a check at once, and a flood of them to few", async () => {
  const { state, watch } = watched();
  await vi.advanceTimersByTimeAsync(300);
  state.outcome = () => Promise.reject(full);
  watch.suspect();
  await vi.advanceTimersByTimeAsync(1);
  expect(state).toMatchObject({ checks: [false, true], changes: [false] });
  for (let at = 0; at < 1_000; at += 10) {
    watch.suspect();
    await vi.advanceTimersByTimeAsync(10);
  }
  expect(state.checks.length).toBeLessThan(8);
  watch.stop();
});

test("a write without an end counts as failed after 2.5 seconds", async () => {
  const { state, watch } = watched();
  state.outcome = () => new Promise(() => undefined);
  await vi.advanceTimersByTimeAsync(9_000);
  expect(state.changes).toEqual([false]);
  watch.stop();
});

test("another transaction in the way changes nothing", async () => {
  const { state, watch } = watched();
  state.outcome = () => Promise.reject(busy);
  await vi.advanceTimersByTimeAsync(20_000);
  expect(state.changes).toEqual([]);
  state.outcome = () => Promise.reject(full);
  await vi.advanceTimersByTimeAsync(6_000);
  state.outcome = () => Promise.reject(busy);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(state.changes).toEqual([false]);
  watch.stop();
});
