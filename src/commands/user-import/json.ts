import type { ImportLine } from "../../domain/accounts/import/user-imports.ts";
import { arrayEntries } from "./json-array.ts";
import { type Line, linesOf } from "./lines.ts";
import { type RecordScanner, recordsAcrossLines } from "./multi-line.ts";

const BROKEN = "is no JSON object";
/** How much blank space may be before the first record. */
const MAX_BLANK_BYTES = 1024 * 1024;

/** Decodes JSON lines, objects that span several lines, or one array of objects. */
export async function* jsonRecords(source: AsyncIterable<Buffer>): AsyncGenerator<ImportLine> {
  const { isArray, whole } = await lookAt(source);
  const records = isArray
    ? arrayEntries(whole)
    : recordsAcrossLines(linesOf(whole), jsonScanner, BROKEN);
  for await (const record of records) yield { number: record.number, fields: jsonFieldsOf(record) };
}

/** Looks at the first character that is no space, and returns the source with all of its bytes. */
async function lookAt(
  source: AsyncIterable<Buffer>,
): Promise<{ isArray: boolean; whole: AsyncGenerator<Buffer> }> {
  const chunks = source[Symbol.asyncIterator]();
  let next = await chunks.next();
  // Kept for the numbers of the lines.
  const blank: Buffer[] = [];
  let size = 0;
  let first = "";
  while (!next.done) {
    first = /[^ \t\r\n]/.exec(next.value.toString("latin1"))?.[0] ?? "";
    if (first !== "") break;
    blank.push(next.value);
    size += next.value.length;
    if (size > MAX_BLANK_BYTES) throw new Error("the file begins with too much blank space");
    next = await chunks.next();
  }
  async function* whole(): AsyncGenerator<Buffer> {
    yield* blank;
    for (; !next.done; next = await chunks.next()) yield next.value;
  }
  return { isArray: first === "[", whole: whole() };
}

/** Returns the object of a line, or why there is none. */
export function jsonFieldsOf({ text, problem }: Line): ImportLine["fields"] {
  return text === undefined ? problem : (objectOf(text) ?? BROKEN);
}

/** Parses an object. The parser's message is dropped: it quotes the text. */
function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.trim());
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Reported by the caller.
  }
  return undefined;
}

/**
 * Finds the end of an object that may span several lines. A user holds no other object, so a
 * bracket on a further line shows that the line before is broken.
 */
function jsonScanner(): RecordScanner {
  let isFirst = true;
  return (line) => {
    const text = line.trim();
    if (!isFirst) return afterLine(text);
    isFirst = false;
    if (!text.startsWith("{") || objectOf(text) !== undefined) return "complete";
    return afterLine(text.slice(1)) === "open" ? "open" : "complete";
  };
}

/** Returns the state of an open object after a line. No text of JSON holds a line break. */
function afterLine(line: string): "complete" | "open" | "broken" {
  const rest = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, "");
  if (/^[^"{}[\]]*$/.test(rest)) return "open";
  return /^[^"{}[\]]*\}$/.test(rest) ? "complete" : "broken";
}
