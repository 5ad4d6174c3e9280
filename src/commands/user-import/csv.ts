import { parse } from "csv-parse/sync";
import type { ImportLine } from "../../domain/accounts/import/user-imports.ts";
import { type Line, linesOf } from "./lines.ts";
import { type RecordScanner, recordsAcrossLines } from "./multi-line.ts";

/** Why a record of CSV is not read. */
export const BROKEN_CSV = "is no CSV";
/** The field whose space is part of its value. Space around other values is a slip. */
const PASSWORD = "password";

/** Decodes CSV by RFC 4180. The first record is the header; a wrong one refuses the whole file. */
export async function* csvRecords(
  source: AsyncIterable<Buffer>,
  fields: readonly string[],
): AsyncGenerator<ImportLine> {
  let header: readonly string[] | undefined;
  for await (const record of recordsAcrossLines(linesOf(source), csvScanner, BROKEN_CSV)) {
    if (header === undefined) header = headerOf(record, fields);
    else yield { number: record.number, fields: fieldsOf(record, header) };
  }
}

/** Finds the end of a record: a line break inside quotes does not end it. */
export function csvScanner(): RecordScanner {
  let inQuotes = false;
  return (line) => {
    let at = 0;
    for (;;) {
      if (!inQuotes && line[at] !== '"') {
        const comma = line.indexOf(",", at);
        if (comma === -1) return "complete";
        at = comma + 1;
        continue;
      }
      const close = line.indexOf('"', inQuotes ? at : at + 1);
      inQuotes = close === -1;
      if (inQuotes) return "open";
      if (line[close + 1] === '"') {
        // A doubled quote: the field goes on after it.
        inQuotes = true;
        at = close + 2;
      } else if (close + 1 === line.length) return "complete";
      else if (line[close + 1] === ",") at = close + 2;
      else return "broken";
    }
  };
}

/**
 * Reads the header. The error names no value: the first line of a file without a header is a user,
 * with a password.
 */
function headerOf(record: Line, fields: readonly string[]): readonly string[] {
  const names = cellsOf(record)?.map((name) => name.trim().toLowerCase());
  if (names === undefined) throw new Error("the first line is no CSV header");
  const wrong = names.findIndex(
    (name, index) => !fields.includes(name) || names.indexOf(name) !== index,
  );
  if (wrong === -1) return names;
  const hint = names.length === 1 ? "; commas separate columns" : "";
  throw new Error(
    `column ${wrong + 1} of ${names.length} of the first line, the header, ` +
      `is no field or there twice${hint}; fields are ${fields.join(", ")}`,
  );
}

function fieldsOf(record: Line, header: readonly string[]): ImportLine["fields"] {
  if (record.text === undefined) return record.problem;
  const cells = cellsOf(record);
  if (cells === undefined) return BROKEN_CSV;
  if (cells.length !== header.length)
    return `has ${cells.length} columns, the header ${header.length}`;
  return Object.fromEntries(
    header.map((name, index) => [name, name === PASSWORD ? cells[index] : cells[index]?.trim()]),
  );
}

/** Splits a record; undefined when it is no CSV. The parser's message would quote the record. */
export function cellsOf({ text }: Line): string[] | undefined {
  try {
    // The record has no line break of its own, so that one in quotes belongs to the value.
    return text === undefined ? undefined : parse(text, { record_delimiter: "\r\n" })[0];
  } catch {
    return undefined;
  }
}
