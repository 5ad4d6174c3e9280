// The numbers of groups, 1 to 2^53 - 1, and 0 for none: small enough for both engines and every
// client to keep exactly.

/** No row has this number. */
const NONE = -1;

/** For a lookup: a number that no group can have becomes one that is not found. */
export const groupKey = (id: bigint): number =>
  id >= 0n && id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : NONE;

/** For a row. */
export function groupNumber(id: bigint): number {
  const number = groupKey(id);
  if (number === NONE) throw new RangeError(`${id} is no group's number`);
  return number;
}
