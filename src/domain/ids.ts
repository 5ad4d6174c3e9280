import type { Clock } from "./clock.ts";

/**
 * Returns a UUIDv7 (RFC 9562 section 5.7): 48 bits of time, 74 random bits. Rows are therefore
 * stored in the order of their creation.
 */
export function newId(clock: Clock): string {
  const bytes = clock.random(16);
  bytes.writeUIntBE(clock.now(), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/**
 * Returns an id as it is stored. A UUID may come in upper case (RFC 9562 section 4); all other
 * texts are compared exactly.
 */
export const canonicalId = (id: string): string => (UUID.test(id) ? id.toLowerCase() : id);

/** Returns a text that sorts before every id made at `time` or later. */
export function earliestId(time: number): string {
  const hex = Math.max(0, time).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** Returns the time at which an id of ours was made; 0 for an empty text. */
export const timeOfId = (id: string): number =>
  id === "" ? 0 : Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** 2024-01-01: the numbers of groups count from here. */
const NUMBER_EPOCH = 1_704_067_200_000;

/**
 * Returns a time-ordered number below 2^53, which the JSON parser of every client keeps exact: 40
 * bits of time, 12 random bits. Two numbers made in one millisecond may be equal, so the caller
 * must retry when the insert finds a duplicate.
 */
export function newNumber(clock: Clock): bigint {
  return (
    (BigInt(clock.now() - NUMBER_EPOCH) << 12n) | BigInt(clock.random(2).readUInt16BE() & 0xfff)
  );
}
