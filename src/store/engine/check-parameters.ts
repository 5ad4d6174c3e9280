// Guards against values of a wrong type in a query. mysql2 writes an object as assignments and an
// array as a list, and node:sqlite takes an object for named parameters, which would change the
// meaning of a statement.

type Parameter = string | number | null;

const isParameter = (value: unknown): value is Parameter =>
  value === null || typeof value === "string" || Number.isFinite(value);

/** Returns the same parameters; throws if one is not text, a number or null. */
export function checked(parameters: readonly unknown[]): Parameter[] {
  if (parameters.every(isParameter)) return [...parameters];
  throw new TypeError("a parameter is neither text nor a number nor null");
}
