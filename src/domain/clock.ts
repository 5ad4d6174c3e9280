// The only file that reads the machine's clock and its random number generator.
import { randomBytes, randomInt } from "node:crypto";

/** The source of time and random bytes; a test gives its own. */
export interface Clock {
  /** UTC, milliseconds since 1970. */
  now(): number;
  /** Returns that many unpredictable bytes. */
  random(bytes: number): Buffer;
}

/** The machine's clock and generator. */
export const systemClock: Clock = { now: () => Date.now(), random: (bytes) => randomBytes(bytes) };

/**
 * Returns fractional milliseconds since an arbitrary moment, for measuring how long something
 * takes. A change of the system time doesn't affect it.
 */
export const ticks = (): number => performance.now();

/**
 * Returns a random delay between half of `milliseconds` and all of it, so that callers who wait
 * don't retry at the same moment.
 */
export const jitter = (milliseconds: number): number =>
  milliseconds / 2 + randomInt(Math.max(1, Math.ceil(milliseconds / 2)));

/** Resolves after that many milliseconds. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
