// A value without an own column of each member is stored in one column, as JSON. Null is an absent
// one.

export const fromValue = (value: object | undefined): string | null => {
  const text = value === undefined ? "{}" : JSON.stringify(value);
  return text === "{}" ? null : text;
};

export const toValue = <T>(column: string | null): T | undefined =>
  column === null ? undefined : (JSON.parse(column) as T);
