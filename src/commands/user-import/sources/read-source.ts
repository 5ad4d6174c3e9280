import { utf8Of } from "../encoding.ts";
import { jsonRecords } from "../json.ts";
import { MAX_RECORD_BYTES } from "../lines.ts";
import { csvRows } from "./csv-rows.ts";
import { documentRecords } from "./json-document.ts";
import type { Selection, SourceRecord } from "./source-record.ts";
import { sqlRows } from "./sql/sql-rows.ts";

/** How a statement or a comment of SQL begins. */
const SQL = new RegExp(
  String.raw`^(?:--|\/\*|\\restrict|(?:alter|begin|copy|create|delete|drop|go|insert|lock|pragma` +
    String.raw`|replace|select|set|start|use)[\s;[])`,
  "i",
);
/** A line that opens an object or a list in it, and ends. */
const OPENED = /^\{\s*(?:"[^"]*"\s*:\s*[[{]\s*)?$/;

/** Reads the records of an export by its content: JSON, an SQL dump or CSV. */
export async function* readSource(
  source: AsyncIterable<Buffer>,
  selection: Selection,
): AsyncGenerator<SourceRecord> {
  const { head, whole } = await headOf(utf8Of(source));
  const start = head.trimStart();
  if (SQL.test(start)) yield* sqlRows(whole, selection);
  else if (!/^[{[]/.test(start)) yield* csvRows(whole, selection.columns);
  else if (isDocument(start, selection)) yield* documentRecords(whole, selection.arrays);
  else for await (const { number, fields } of jsonRecords(whole)) yield { number, values: fields };
}

/** Returns whether a JSON file is one document with users inside, and no list of users. */
function isDocument(start: string, { arrays }: Selection): boolean {
  if (arrays.length === 0) return false;
  // An array of realms: each names itself before its users.
  if (start.startsWith("[")) return /^\[\s*\{[^{}[\]]*"realm"\s*:/.test(start);
  const line = (/^[^\r\n]*/.exec(start)?.[0] ?? "").trim();
  if (OPENED.test(line) || line.length >= MAX_RECORD_BYTES / 2) return true;
  return new RegExp(String.raw`^\{.*"(?:${arrays.join("|")})"\s*:\s*\[`).test(line);
}

/** Reads the first bytes, and returns the source with all of them. */
async function headOf(
  source: AsyncIterable<Buffer>,
): Promise<{ head: string; whole: AsyncGenerator<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let size = 0;
  let next = await chunks.next();
  for (; !next.done && size < MAX_RECORD_BYTES; next = await chunks.next()) {
    first.push(next.value);
    size += next.value.length;
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield* first;
    for (; !next.done; next = await chunks.next()) yield next.value;
  }
  return {
    head: Buffer.concat(first).toString("latin1", 0, MAX_RECORD_BYTES),
    whole: whole(),
  };
}
