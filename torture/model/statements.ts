// The statements that were measured, and what a statement says of tables and keys.

/** One statement of a call, with its values left out. */
export interface MeasuredStatement {
  readonly text: string;
  /** The connection among those of the call. Its writes end with the next commit on it. */
  readonly connection: number;
  /** The server's own time for it in microseconds, median. */
  readonly micros: number;
}

/** A call with its statements, in their order. */
export interface RecordedCall {
  readonly name: string;
  readonly statements: readonly MeasuredStatement[];
}

/** What one run has measured, and where. */
export interface Recording {
  readonly begin: string;
  readonly commit: string;
  readonly machine: string;
  readonly load: number;
  readonly database: string;
  /** How often each call was made. */
  readonly times: number;
  readonly calls: readonly RecordedCall[];
}

/** Leaves the values out, so that statements of two calls can be compared. */
export const withoutValues = (text: string): string =>
  text
    .replaceAll(/'(?:[^'\\]|\\.|'')*'/g, "?")
    .replaceAll(/\b-?\d+(?:\.\d+)?\b/g, "?")
    .replaceAll(/\b(null|true|false)\b(?=\s*[,)])/gi, "?")
    .replaceAll(/\(\s*\?(?:\s*,\s*\?)*\s*\)(?:\s*,\s*\(\s*\?(?:\s*,\s*\?)*\s*\))*/g, "(?)")
    .replaceAll(/\s+/g, " ")
    .trim();

export type StatementKind = "read" | "insert" | "change" | "transaction";

/** What decides on which shards a statement runs. */
export interface Statement {
  readonly kind: StatementKind;
  /** The table that it is about; empty for one about a transaction or a connection. */
  readonly table: string;
  /** The tables that it joins. */
  readonly joined: readonly string[];
  /** The columns that are compared with a value for equality, without their table. */
  readonly keys: readonly string[];
}

const NAME = String.raw`\`?(\w+)\`?`;

/** Reads a statement that our store makes. */
export function parseStatement(text: string): Statement {
  const first = /^\w+/.exec(text)?.[0].toLowerCase() ?? "";
  const kinds: Readonly<Record<string, StatementKind>> = {
    select: "read",
    insert: "insert",
    replace: "insert",
    update: "change",
    delete: "change",
  };
  const kind = kinds[first] ?? "transaction";
  const place = new RegExp(
    first === "insert" || first === "replace"
      ? String.raw`\binto\s+${NAME}`
      : first === "update"
        ? String.raw`^update\s+${NAME}`
        : String.raw`\bfrom\s+${NAME}`,
    "i",
  );
  const table = kind === "transaction" ? "" : (place.exec(text)?.[1] ?? "");
  const joined = [...text.matchAll(new RegExp(String.raw`\bjoin\s+${NAME}`, "gi"))].map(
    ([, name]) => name!,
  );
  const where = /\bwhere\b(.*)$/is.exec(text)?.[1] ?? "";
  const keys = [
    ...where.matchAll(new RegExp(String.raw`(?:${NAME}\.)?${NAME}\s*(?:=\s*\?|in\s*\(\?\))`, "gi")),
  ]
    .filter(([, of]) => of === undefined || of === table)
    .map(([, , column]) => column!);
  return { kind, table, joined, keys: [...new Set(keys)] };
}
