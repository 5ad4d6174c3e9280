// What may go into a query. mysql2 writes an object as assignments and an array as a list, and
// node:sqlite takes an object for named parameters: a value of a wrong type must not get so far as
// to change what a statement says.

type Parameter = string | number | null;

const isParameter = (value: unknown): value is Parameter =>
  value === null || typeof value === "string" || Number.isFinite(value);

/** The same parameters; throws when there is anything but text, numbers and null. */
export function checked(parameters: readonly unknown[]): Parameter[] {
  if (parameters.every(isParameter)) return [...parameters];
  throw new TypeError("a parameter is neither text nor a number nor null");
}
