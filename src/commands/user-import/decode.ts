import { parse } from "csv-parse/sync";
import type { ImportLine } from "../../domain/accounts/import/user-imports.ts";
import type { Line } from "./lines.ts";

export type ImportFormat = "jsonl" | "csv";

/** Decodes lines of JSON or CSV. A line is one record: a broken one never swallows the next. */
export async function* recordsOf(
  lines: AsyncIterable<Line>,
  format: ImportFormat,
  fields: readonly string[],
): AsyncGenerator<ImportLine> {
  let header: readonly string[] | undefined;
  for await (const { number, text, problem } of lines) {
    if (text === undefined) yield { number, fields: problem };
    else if (format === "jsonl") yield { number, fields: fromJson(text) };
    else if (header === undefined) header = headerOf(text, fields);
    else yield { number, fields: fromCsv(text, header) };
  }
}

function fromJson(text: string): ImportLine["fields"] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Reported below without the parser's message, which quotes the line.
  }
  return "is no JSON object";
}

/** Reads the header. A wrong one refuses the whole file. */
function headerOf(text: string, fields: readonly string[]): readonly string[] {
  const names = cellsOf(text)?.map((name) => name.trim().toLowerCase());
  if (names === undefined) throw new Error("the first line is no CSV header");
  const wrong = names.find(
    (name, index) => !fields.includes(name) || names.indexOf(name) !== index,
  );
  if (wrong !== undefined)
    throw new Error(
      `the first line has the column ${JSON.stringify(wrong.slice(0, 64))}, ` +
        `which is no field or there twice; fields are ${fields.join(", ")}`,
    );
  return names;
}

function fromCsv(text: string, header: readonly string[]): ImportLine["fields"] {
  const cells = cellsOf(text);
  if (cells === undefined) return "is no CSV";
  if (cells.length !== header.length)
    return `has ${cells.length} columns, the header ${header.length}`;
  return Object.fromEntries(header.map((name, index) => [name, cells[index]]));
}

/** Splits a line by RFC 4180; undefined when it is no CSV. */
function cellsOf(text: string): string[] | undefined {
  try {
    return parse(text)[0];
  } catch {
    return undefined;
  }
}
