/** A record of an export: its values by the names of the system, or why it can't be read. */
export interface SourceRecord {
  /** From 1: the line, the entry of an array, or the row of the tables that are read. */
  readonly number: number;
  /** The table of a dump, without its schema. */
  readonly table?: string;
  readonly values: Readonly<Record<string, unknown>> | string;
}

/** Selects what is read of an export that holds more than users. */
export interface Selection {
  /** The names of the arrays of users inside a JSON object. */
  readonly arrays: readonly string[];
  /** The columns of CSV that has no header. */
  readonly columns?: readonly string[];
  /** Returns whether the rows of a table of a dump are read; both are as `plainName` gives them. */
  readonly reads: (table: string, columns: readonly string[]) => boolean;
  /** What the names of the tables match, for a dump that names no columns. */
  readonly tables: RegExp;
}

/** Returns a name of a column without the spelling by which systems differ. */
export const plainName = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
