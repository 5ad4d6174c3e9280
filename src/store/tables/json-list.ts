// A list of strings is stored in one column, as JSON.

export const fromList = (list: readonly string[]): string => JSON.stringify(list);

export const toList = (column: string): string[] => JSON.parse(column);
