// Choices that a seed decides.

/** Returns the next number of [0, 1). */
export type Chance = () => number;

/** A whole number below a limit. */
export const below = (chance: Chance, limit: number): number => Math.floor(chance() * limit);

export function pick<T>(chance: Chance, from: readonly T[]): T {
  if (from.length === 0) throw new Error("there is nothing to choose from");
  return from[below(chance, from.length)]!;
}

export const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

/** So many bytes, one character each. */
export const bytes = (chance: Chance, count: number): string =>
  String.fromCharCode(...times(count, () => below(chance, 256)));

/** Changes a text at one place: a byte, a gap, a repetition, an end. */
export function spoil(chance: Chance, text: string): string {
  const at = below(chance, text.length + 1);
  const rest = text.slice(at);
  return pick(chance, [
    () => text.slice(0, at) + bytes(chance, 1) + rest.slice(1),
    () => text.slice(0, at) + bytes(chance, 1 + below(chance, 8)) + rest,
    () => text.slice(0, at) + rest.slice(1 + below(chance, 4)),
    () => text.slice(0, at) + rest.slice(0, 1 + below(chance, 16)) + rest,
    () => text.slice(0, at),
  ])();
}
