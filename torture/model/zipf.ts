// Who comes how often, and where a key lies.

/**
 * A population whose n-th most frequent member comes about n^-exponent as often as the first, by
 * the continuous distribution of that form. The exponent is 0 for members who come alike, and
 * below 1.
 */
export interface Population {
  readonly size: number;
  readonly exponent: number;
}

/** Returns a member's rank, from 0, for a chance from 0 to 1. */
export function rankOf({ size, exponent }: Population, chance: number): number {
  const power = 1 - exponent;
  return Math.floor((chance * ((size + 1) ** power - 1) + 1) ** (1 / power)) - 1;
}

/** Returns the part of all visits that the most frequent member makes. */
export const hottestShare = ({ size, exponent }: Population): number =>
  (2 ** (1 - exponent) - 1) / ((size + 1) ** (1 - exponent) - 1);

/** Mixes the kind and the number of a key to 32 bits, evenly: as a hash of the key would. */
function mixed(kind: number, number: number): number {
  let state = (number % 2 ** 32) ^ Math.imul(kind + 1, 0x9e3779b1);
  state = Math.imul(state ^ Math.floor(number / 2 ** 32), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 16), 0x7feb352d);
  state = Math.imul(state ^ (state >>> 15), 0x846ca68b);
  return (state ^ (state >>> 16)) >>> 0;
}

/** Returns the shard of a key: each shard has an equal range of hashes. */
export const shardOf = (kind: number, number: number, shards: number): number =>
  Math.floor((mixed(kind, number) / 2 ** 32) * shards);
