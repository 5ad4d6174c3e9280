// The values in a detail: what is bounded in every type, so that pages, columns and tokens have
// them as they are.
import { hasControls } from "../../text.ts";
import { isJsonObject } from "./detail.ts";

/** How deep objects and lists may nest in a member. */
const MAX_DEPTH = 4;
/** The most characters of a text. */
const MAX_TEXT = 1024;
/** The most characters of a name. */
const MAX_NAME = 64;

/** Returns what is wrong with a value, as the rest of a sentence; undefined for nothing. */
export function valueFault(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return isText(value, MAX_TEXT) ? undefined : TEXT_FAULT;
  if (typeof value === "boolean") return undefined;
  // JSON writes what is beyond the range as null.
  if (typeof value === "number") return Number.isFinite(value) ? undefined : "a number too large";
  if (value === null) return "null";
  if (depth >= MAX_DEPTH) return "a value that nests deeper than 4 levels";
  if (Array.isArray(value)) return firstFault(value, depth);
  if (!isJsonObject(value)) return "an unknown value";
  const names = Object.keys(value);
  // It would be the prototype of a copy.
  if (names.includes("__proto__") || !names.every((name) => name !== "" && isText(name, MAX_NAME)))
    return "a name that is empty, too long, or has invisible characters";
  return firstFault(Object.values(value), depth);
}

const TEXT_FAULT = "a text that is longer than 1024 characters, or has invisible characters";

const isText = (text: string, max: number): boolean =>
  text.length <= max && text.isWellFormed() && !hasControls(text);

const firstFault = (values: readonly unknown[], depth: number): string | undefined =>
  values.map((each) => valueFault(each, depth + 1)).find((fault) => fault !== undefined);
