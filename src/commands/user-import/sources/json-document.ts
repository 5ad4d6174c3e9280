import { jsonFieldsOf } from "../json.ts";
import { ArrayEntry } from "../json-array.ts";
import type { Line } from "../lines.ts";
import type { SourceRecord } from "./source-record.ts";

const [QUOTE, BACKSLASH, COLON, COMMA] = [34, 92, 58, 44];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [91, 93, 123, 125];
/** Longer keys are none of ours. */
const MAX_KEY_BYTES = 64;

/**
 * Reads the entries of the arrays of these names in a JSON object, or in each object of an array,
 * in bounded memory. Everything else in the document is skipped.
 */
export async function* documentRecords(
  source: AsyncIterable<Buffer>,
  names: readonly string[],
): AsyncGenerator<SourceRecord> {
  const finder = new ArrayFinder(names);
  const entry = new ArrayEntry();
  let inside = false;
  let number = 0;
  let ofArray = 0;
  let arrays = 0;
  const record = (line: Line): SourceRecord => ({ number, values: jsonFieldsOf(line) });
  for await (const chunk of source) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (!inside) {
        if (!finder.opensAt(byte)) continue;
        inside = true;
        arrays += 1;
        ofArray = 0;
        from = at + 1;
      } else if (entry.endsAt(byte)) {
        entry.add(chunk.subarray(from, at));
        from = at + 1;
        const isLast = byte === CLOSE_BRACKET;
        // `[]` has no entry.
        if (isLast && ofArray === 0 && entry.isBlank) entry.take(0);
        else {
          ofArray += 1;
          yield record(entry.take(++number));
        }
        inside = !isLast;
      }
    }
    if (inside) entry.add(chunk.subarray(from));
  }
  if (inside) yield { number: number + 1, values: "is cut off: the array does not end" };
  else if (arrays === 0)
    throw new Error(`the file has no list of users: no ${names.join(" or ")} in it`);
}

/** Finds the begin of an array that is the value of a name, at the top of a document. */
class ArrayFinder {
  readonly #names: readonly string[];
  #depth = 0;
  /** The depth of the keys: 1 in an object, 2 in an array of objects. */
  #keyDepth = 0;
  #inText = false;
  #escaped = false;
  #text: number[] = [];
  #key = "";
  #isValue = false;

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Reads the next byte; returns whether it opens such an array. */
  opensAt(byte: number): boolean {
    if (this.#inText) {
      if (byte === QUOTE && !this.#escaped) {
        this.#inText = false;
        if (!this.#isValue) this.#key = Buffer.from(this.#text).toString();
      } else if (this.#text.length < MAX_KEY_BYTES) this.#text.push(byte);
      this.#escaped = byte === BACKSLASH && !this.#escaped;
      return false;
    }
    const isTop = this.#depth === this.#keyDepth && this.#keyDepth > 0;
    if (byte === QUOTE) {
      this.#inText = true;
      this.#escaped = false;
      this.#text = [];
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      const isFound =
        byte === OPEN_BRACKET && isTop && this.#isValue && this.#names.includes(this.#key);
      if (isFound) return true;
      if (this.#depth === 0) this.#keyDepth = byte === OPEN_BRACE ? 1 : 2;
      this.#depth += 1;
      if (this.#depth === this.#keyDepth) this.#isValue = false;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) this.#depth -= 1;
    else if (isTop && byte === COLON) this.#isValue = true;
    else if (isTop && byte === COMMA) this.#isValue = false;
    return false;
  }
}
