const NAME = String.raw`(?:\x60[^\x60]+\x60|"[^"]+"|\[[^\]]+\]|[\w$]+)`;
const TABLE = String.raw`(${NAME}(?:\s*\.\s*${NAME})*)`;
const INSERT = new RegExp(
  String.raw`\b(?:insert|replace)\s+(?:(?:low_priority|delayed|ignore|or\s+\w+)\s+)*(?:into\s+)?` +
    String.raw`${TABLE}\s*(?:\(([^()]*)\))?\s*(?:overriding\s+\w+\s+value\s+)?values?\s*$`,
  "i",
);
const COPY = new RegExp(String.raw`^\s*copy\s+${TABLE}\s*(?:\(([^()]*)\))?\s+from\s+stdin\b`, "i");
const CREATE = new RegExp(
  String.raw`^\s*create\s+(?:\w+\s+)?table\s+(?:if\s+not\s+exists\s+)?${TABLE}\s*\(([\s\S]*)\)`,
  "i",
);
/** Parts of CREATE TABLE that are no columns, where they have no quotes. */
const NO_COLUMN =
  /^(?:primary|key|unique|constraint|index|fulltext|spatial|check|foreign|exclude|like)\b/i;

/** A table that a statement names, and the columns that it lists. */
export interface NamedTable {
  readonly table: string;
  readonly columns: readonly string[] | undefined;
}

/** Returns the name without quotes and schema. */
function tableOf(text: string): string {
  const last = text.match(new RegExp(NAME, "g"))?.at(-1) ?? "";
  return unquoted(last);
}

const unquoted = (name: string): string => name.replaceAll(/^[`"[]|[`"\]]$/g, "");

function namedTable(match: RegExpExecArray | null): NamedTable | undefined {
  if (match === null) return undefined;
  const [, table = "", columns] = match;
  return {
    table: tableOf(table),
    columns: columns?.match(new RegExp(NAME, "g"))?.map(unquoted),
  };
}

/** Reads what stands before the rows of an INSERT. */
export const insertOf = (head: string): NamedTable | undefined => namedTable(INSERT.exec(head));

/** Reads a COPY whose rows follow. */
export const copyOf = (statement: string): NamedTable | undefined =>
  namedTable(COPY.exec(statement));

/** Reads the names of the columns of a CREATE TABLE. */
export function createdTableOf(statement: string): NamedTable | undefined {
  const [, table, body] = CREATE.exec(statement) ?? [];
  if (table === undefined || body === undefined) return undefined;
  const columns = topLevelParts(body).flatMap((part) => {
    const text = part.trim();
    if (text === "" || NO_COLUMN.test(text)) return [];
    return [unquoted(new RegExp(`^${NAME}`).exec(text)?.[0] ?? "")];
  });
  return { table: tableOf(table), columns };
}

/** Splits at the commas that are in no bracket and in no quotes. */
function topLevelParts(body: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { 0: token, index } of body.matchAll(/'(?:[^']|'')*'|"[^"]*"|`[^`]*`|[(),]/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (token === "," && depth === 0) {
      parts.push(body.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, body.slice(from)];
}
