// The numbers of groups are 1 to 2^53 - 1, and 0 for none: both engines and every client keep them
// exactly.

/** No row has this number. */
const NONE = -1;

/** Returns the number for a lookup; one that no group can have becomes one that is not found. */
export const groupKey = (id: bigint): number =>
  id >= 0n && id <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(id) : NONE;

/** Returns the number for a row. */
export function groupNumber(id: bigint): number {
  const number = groupKey(id);
  if (number === NONE) throw new RangeError(`${id} is no group's number`);
  return number;
}
