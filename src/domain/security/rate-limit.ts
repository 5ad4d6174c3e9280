import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Aggregates } from "../store.ts";
import { BoundedMap } from "./bounded-map.ts";

/** How many attempts are allowed in how long. */
export interface Limit {
  readonly tries: number;
  readonly windowMs: number;
}

/** Makes the error of an attempt beyond a limit; `wait` is in milliseconds. */
export const tooMany = (wait: number): IdentityError =>
  new IdentityError("RATE_LIMITED", "Too many tries; wait before the next one.", {
    retryAfter: wait,
  });

/** Counts an attempt, right or wrong; rejects one beyond the limit. */
export async function countTry(
  store: Aggregates,
  clock: Clock,
  key: string,
  limit: Limit,
): Promise<void> {
  const wait = await store.attempts.take(key, limit.tries, limit.windowMs, clock.now());
  if (wait > 0) throw tooMany(wait);
}

/** How many full counters are remembered. */
const REMEMBERED = 10_000;

/**
 * Remembers when full counters empty, if only time empties them. Attempts until then are rejected
 * without a query.
 */
export class FullCounters {
  readonly #clock: Clock;
  readonly #until = new BoundedMap<{ readonly until: number; readonly wait: number }>(REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Rejects an attempt if the counter is known to be full. */
  requireRoom(key: string): void {
    const full = this.#until.get(key);
    if (full === undefined) return;
    const wait = full.until - this.#clock.now();
    // Longer than when it was noted: the clock was put back, so ask the store again.
    if (wait > 0 && wait <= full.wait) throw tooMany(wait);
  }

  /** Records that the counter is full for so many milliseconds. */
  note(key: string, wait: number): void {
    this.#until.set(key, { until: this.#clock.now() + wait, wait });
  }

  /** Counts an attempt, right or wrong; rejects one beyond the limit. */
  async count(store: Aggregates, key: string, limit: Limit): Promise<void> {
    const wait = await store.attempts.take(key, limit.tries, limit.windowMs, this.#clock.now());
    if (wait === 0) return;
    this.note(key, wait);
    throw tooMany(wait);
  }
}
