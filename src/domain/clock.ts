// The domain's time and chance. It owns every look at the clock and every random number,
// and must not know what they are for.
import { randomBytes, randomInt } from "node:crypto";

/** Where the time and random numbers come from; tests give their own. */
export interface Clock {
  /** UTC, milliseconds since 1970. */
  now(): number;
  /** That many unpredictable bytes. */
  random(bytes: number): Buffer;
}

/** The machine's clock and generator. */
export const systemClock: Clock = { now: () => Date.now(), random: (bytes) => randomBytes(bytes) };

/**
 * Milliseconds since some time, in fractions, which no change of the clock touches: for how long
 * something takes.
 */
export const ticks = (): number => performance.now();

/**
 * A UUIDv7 (RFC 9562 section 5.7): 48 bits of time, 74 random bits, so that rows lie in the order
 * of their making.
 */
export function newId(clock: Clock): string {
  const bytes = clock.random(16);
  bytes.writeUIntBE(clock.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What no id that is made from this time on comes before. */
export function earliestId(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** 2024-01-01, from which the numbers of groups count. */
const NUMBER_EPOCH = 1_704_067_200_000;

/**
 * A time-ordered number below 2^53, which every client's JSON parser keeps exact: 40 bits of time,
 * 12 random bits. Two made in one millisecond may be equal, so whoever inserts it tries again on a
 * duplicate.
 */
export function newNumber(clock: Clock): bigint {
  return (
    (BigInt(clock.now() - NUMBER_EPOCH) << 12n) | BigInt(clock.random(2).readUInt16BE() & 0xfff)
  );
}

/**
 * A delay between half and the whole of `milliseconds`, so that those who wait don't come back at
 * once.
 */
export const jitter = (milliseconds: number): number =>
  milliseconds / 2 + randomInt(Math.max(1, Math.ceil(milliseconds / 2)));

/** Lets so many milliseconds pass. */
export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
