// The only file that reads the machine's clock and its random number generator.
import { randomBytes, randomInt } from "node:crypto";

/** The source of time and random bytes; a test gives its own. */
export interface Clock {
  /** UTC, milliseconds since 1970. */
  now(): number;
  /** Returns that many unpredictable bytes. */
  random(bytes: number): Buffer;
}

/** How many bytes are taken from the generator at once: a call of it costs more than its bytes. */
const POOL_BYTES = 4_096;

let pool = Buffer.alloc(0);

/** Returns bytes of the generator. Each is given once, and is erased from the pool then. */
function random(bytes: number): Buffer {
  if (bytes > POOL_BYTES) return randomBytes(bytes);
  if (bytes > pool.length) pool = randomBytes(POOL_BYTES);
  const given = Buffer.from(pool.subarray(0, bytes));
  pool.fill(0, 0, bytes);
  pool = pool.subarray(bytes);
  return given;
}

/** The machine's clock and generator. */
export const systemClock: Clock = { now: () => Date.now(), random };

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
