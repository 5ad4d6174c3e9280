import { type Line, MAX_RECORD_BYTES, read } from "./lines.ts";

const [SPACE, TAB, LINE_FEED, CARRIAGE_RETURN] = [32, 9, 10, 13];
const [QUOTE, BACKSLASH, COMMA] = [34, 92, 44];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];

const isSpace = (byte: number): boolean =>
  byte === SPACE || byte === TAB || byte === LINE_FEED || byte === CARRIAGE_RETURN;

/**
 * Splits the text of a JSON array into its entries in bounded memory, and numbers them from 1. It
 * only counts brackets; the caller parses each entry.
 */
export async function* arrayEntries(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const entry = new ArrayEntry();
  let number = 0;
  let where: "before" | "inside" | "after" = "before";
  let hasMore = false;
  for await (const chunk of source) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (where === "inside") {
        if (!entry.endsAt(byte)) continue;
        entry.add(chunk.subarray(from, at));
        // `[]` has no entry; `[,]` has two that are blank.
        if (byte === COMMA || number > 0 || !entry.isBlank) yield entry.take(++number);
        from = at + 1;
        if (byte === CLOSE_BRACKET) where = "after";
      } else if (where === "before" && byte === OPEN_BRACKET) {
        where = "inside";
        from = at + 1;
      } else hasMore ||= where === "after" && !isSpace(byte);
    }
    if (where === "inside") entry.add(chunk.subarray(from));
  }
  const wrong = (problem: string): Line => ({
    number: number + 1,
    text: undefined,
    problem,
    end: "",
  });
  if (where === "inside") yield wrong("is cut off: the array does not end");
  if (hasMore) yield wrong("follows the end of the array");
}

/** The bytes of one entry of an array, and whether they are inside a text or an object. */
export class ArrayEntry {
  #parts: Buffer[] = [];
  #length = 0;
  #depth = 0;
  #inText = false;
  #escaped = false;

  get isBlank(): boolean {
    return this.#parts.every((part) => part.every(isSpace));
  }

  /** Reads the next byte; returns whether it ends the entry. */
  endsAt(byte: number): boolean {
    if (this.#inText) {
      // A line break can't be in a text: the text was not closed, and the next entries are.
      const closes = (byte === QUOTE && !this.#escaped) || byte === LINE_FEED;
      this.#escaped = byte === BACKSLASH && !this.#escaped;
      this.#inText = !closes;
      return false;
    }
    if (byte === QUOTE) this.#inText = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) this.#depth += 1;
    else if (this.#depth === 0) return byte === COMMA || byte === CLOSE_BRACKET;
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth -= 1;
    return false;
  }

  /** Keeps bytes; of an entry that is too long, only enough to report it. */
  add(bytes: Buffer): void {
    if (this.#length <= MAX_RECORD_BYTES && bytes.length > 0)
      this.#parts.push(bytes.subarray(0, MAX_RECORD_BYTES + 1 - this.#length));
    this.#length += bytes.length;
  }

  /** Returns the entry and begins the next one. */
  take(number: number): Line {
    const bytes = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = this.#depth = 0;
    this.#inText = this.#escaped = false;
    return read(number, bytes, "");
  }
}
