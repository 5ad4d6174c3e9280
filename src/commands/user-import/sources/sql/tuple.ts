import { stringEnd, unescapedString } from "./string-literal.ts";

/** A row of values, undefined where it is NULL; and where the text goes on. */
export interface Tuple {
  readonly values: readonly (string | undefined)[];
  readonly end: number;
}

const SPACE = /\s*/y;
/** What may stand before a string: national, escaped, binary, or a character set of MySQL. */
const STRING = /(?:[NnEeBbXx]|_[a-z0-9]+\s*)?'/y;
const CALL = /\w+\s*\(/y;
const BARE = /[^\s,()';]+/y;
/** A type that follows a value. */
const TYPE = /(?:\s*::\s*[\w ."[\]]+(?:\(\d+(?:,\d+)?\))?)+/y;
const AS_TYPE = /\s+as\s+\w+(?:\s*\(\s*\d+(?:\s*,\s*\d+)?\s*\))?/iy;

/** No keyword, type or prefix of a string is longer. */
const LONGEST_WORD = 64;

/** The text ends before the row does. */
const INCOMPLETE = Symbol("incomplete");
/** The row is no SQL. */
const BROKEN = Symbol("broken");

/**
 * Reads the row that begins with the bracket at `from`. The text has a character for each byte.
 * `escapes` says that a backslash escapes in strings, as in MySQL.
 */
export function tupleAt(
  text: string,
  from: number,
  escapes: boolean,
): Tuple | "incomplete" | "broken" {
  const reader = new TupleReader(text, from + 1, escapes);
  try {
    return { values: reader.list(), end: reader.at };
  } catch (stop) {
    if (stop === INCOMPLETE) return "incomplete";
    // A type or a name may have been cut at the end of the text.
    if (stop === BROKEN) return text.length - reader.at < LONGEST_WORD ? "incomplete" : "broken";
    throw stop;
  }
}

class TupleReader {
  readonly #text: string;
  readonly #escapes: boolean;
  at: number;

  constructor(text: string, at: number, escapes: boolean) {
    this.#text = text;
    this.at = at;
    this.#escapes = escapes;
  }

  /** Reads values up to the bracket that closes. */
  list(): (string | undefined)[] {
    const values: (string | undefined)[] = [];
    for (;;) {
      this.#skip(SPACE);
      values.push(this.#value());
      this.#skip(TYPE);
      this.#skip(AS_TYPE);
      this.#skip(SPACE);
      const next = this.#text[this.at];
      if (next === undefined) throw INCOMPLETE;
      this.at += 1;
      if (next === ")") return values;
      if (next !== ",") throw BROKEN;
    }
  }

  #value(): string | undefined {
    const prefix = this.#skip(STRING);
    if (prefix !== "") {
      const escapes = this.#escapes || /^e/i.test(prefix);
      const end = stringEnd(this.#text, this.at - 1, escapes);
      if (end === -1) throw INCOMPLETE;
      const value = unescapedString(this.#text.slice(this.at, end - 1), escapes);
      this.at = end;
      return value;
    }
    // The first argument is the value of `CAST(N'…' AS DateTime2)` and of `unistr('…')`.
    if (this.#skip(CALL) !== "") return this.list()[0];
    const bare = this.#skip(BARE);
    if (this.at >= this.#text.length) throw INCOMPLETE;
    if (bare === "") throw BROKEN;
    return bare.toUpperCase() === "NULL" ? undefined : bare;
  }

  /** Moves behind what matches here, and returns it. */
  #skip(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }
}
