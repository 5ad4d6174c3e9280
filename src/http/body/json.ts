// A JSON parser that also refuses what JSON.parse accepts and RFC 8259 advises against.
import type { JsonValue } from "@bufbuild/protobuf";
import { malformed } from "../errors.ts";

/** The bounds of nesting, and of the items of one array or object. No message comes near them. */
const MAX_DEPTH = 64;
const MAX_ITEMS = 1000;
/** How much of a repeated name an error message quotes. */
const MAX_NAME_SHOWN = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Finds a number that may have more digits than a double keeps. */
const LONG = /\d[\d.]{15}/;

/**
 * A JSON number that a double may have rounded to an integer, as its text. `checkObject` replaces
 * it by what the field needs.
 */
export class LongInteger {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

/**
 * Parses JSON. An integer beyond 2^53 becomes a LongInteger. Throws MALFORMED_REQUEST for invalid
 * JSON, and for:
 * - a name that is twice in one object,
 * - nesting or a number of items beyond the bounds,
 * - a number that no double can hold,
 * - a string with U+0000 or an unpaired surrogate.
 */
export function parseJson(text: string): JsonValue {
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed("the body is not valid JSON");
  }
  checkTokens(text);
  return LONG.test(text) ? (JSON.parse(text, keepDigits as Reviver) as JsonValue) : value;
}

type Reviver = (this: unknown, key: string, value: unknown) => unknown;

/** Has the source of a value as its third argument: ECMAScript 2026, section 25.5.1. */
const keepDigits = (_: string, value: unknown, { source }: { source?: string }): unknown =>
  source !== undefined && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? new LongInteger(source)
    : value;

/** Checks the tokens of a text. JSON.parse has accepted it, so its grammar can be trusted. */
function checkTokens(text: string): void {
  // For each open object, the names so far; for each open array, undefined.
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

/** Errors of OAuth must have no quotes and no backslashes (RFC 6749 section 5.2). */
const shownName = (name: string): string =>
  `'${name.slice(0, MAX_NAME_SHOWN).replaceAll(/[^ !#-[\]-~]/g, "?")}'`;

function addName(names: Set<string>, name: string): void {
  if (names.has(name)) throw malformed(`the name ${shownName(name)} is twice in one JSON object`);
  names.add(name);
}

/** Returns the index of the quote that ends the string at `start`. */
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
 * Returns the string between two quotes. A raw NUL is no JSON and a raw surrogate is no UTF-8, so
 * only a string with escapes needs the check.
 */
function readString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes("\\")) return raw;
  const value: string = JSON.parse(text.slice(start, end + 1));
  if (value.includes("\0") || !value.isWellFormed())
    throw malformed("a JSON string contains U+0000 or an unpaired surrogate");
  return value;
}

/**
 * Refuses 1e999, which JSON.parse reads as Infinity. No digit precedes the `e` of true and false.
 */
function checkExponent(text: string, at: number): void {
  let start = at;
  while (/[\d.-]/.test(text[start - 1] ?? "")) start--;
  const exponent = /[+-]?\d*/y;
  exponent.lastIndex = at + 1;
  if (start < at && !Number.isFinite(Number(text.slice(start, at + 1) + exponent.exec(text)![0])))
    throw malformed("a JSON number is out of range");
}
