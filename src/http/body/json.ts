// JSON as RFC 8259 wants it from a careful sender. It owns what JSON.parse lets pass, and must not
// know of fields.
import type { JsonValue } from "@bufbuild/protobuf";
import { malformed } from "../errors.ts";

/**
 * Deeper nesting is refused, and more members or items in one place: no message of any contract has
 * so many.
 */
const MAX_DEPTH = 64;
const MAX_ITEMS = 1000;
/** So much of a wrong name is told. */
const MAX_NAME_SHOWN = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON; throws MALFORMED_REQUEST for what is no JSON, a name that stands twice in an object,
 * nesting or a number of items beyond the bound, a number that no double holds, and for NUL or half
 * a surrogate pair in a string.
 */
export function parseJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("the body is not valid JSON");
  }
  checkTokens(text);
  return value;
}

/** Walks the tokens of a text that JSON.parse has accepted, so that it may trust the grammar. */
function checkTokens(text: string): void {
  // For each open object the names seen so far, for each open array nothing; and for each how many
  // commas.
  const open: (Set<string> | undefined)[] = [];
  const commas: number[] = [];
  let nameFollows = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x7b: // {
      case 0x5b: // [
        if (open.length === MAX_DEPTH)
          throw malformed(`the JSON is nested deeper than ${MAX_DEPTH} levels`);
        nameFollows = text.charCodeAt(at) === 0x7b;
        open.push(nameFollows ? new Set() : undefined);
        commas.push(0);
        break;
      case 0x7d: // }
      case 0x5d: // ]
        open.pop();
        commas.pop();
        break;
      case 0x2c: // ,
        nameFollows = open.at(-1) !== undefined;
        commas.push(commas.pop()! + 1);
        if (commas.at(-1)! >= MAX_ITEMS)
          throw malformed(`a JSON array or object has more than ${MAX_ITEMS} items`);
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        if (nameFollows) addName(open.at(-1)!, readString(text, at, end));
        else readString(text, at, end);
        nameFollows = false;
        at = end;
        break;
      }
      case 0x65: // e
      case 0x45: // E
        checkExponent(text, at);
        break;
    }
  }
}

function addName(names: Set<string>, name: string): void {
  if (names.has(name))
    throw malformed(
      `the name ${JSON.stringify(name.slice(0, MAX_NAME_SHOWN))} stands twice in one JSON object`,
    );
  names.add(name);
}

/** The place of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

/**
 * The string between two quotes. Raw NUL is no JSON and raw halves are no UTF-8, so only escapes
 * need a look.
 */
function readString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes("\\")) return raw;
  const value: string = JSON.parse(text.slice(start, end + 1));
  if (value.includes("\0") || !value.isWellFormed())
    throw malformed("a JSON string has NUL or half a surrogate pair");
  return value;
}

/**
 * Refuses 1e999: JSON.parse makes Infinity of it. The `e` of true and false stands behind no digit.
 */
function checkExponent(text: string, at: number): void {
  let start = at;
  while (/[\d.-]/.test(text[start - 1] ?? "")) start--;
  const exponent = /[+-]?\d*/y;
  exponent.lastIndex = at + 1;
  if (start < at && !Number.isFinite(Number(text.slice(start, at + 1) + exponent.exec(text)![0])))
    throw malformed("a JSON number is out of range");
}
