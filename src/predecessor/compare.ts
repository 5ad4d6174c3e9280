// Compares what the predecessor answered with what Latchkey would have answered.
import type { Difference, ObservedOutcome } from "../domain/predecessor/observation.ts";
import type { PredecessorReply } from "./exchange.ts";
import { headerOf, jsonOf } from "./message.ts";

/** An answer, as far as it is compared. */
export interface ComparedAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** Returns what of the predecessor's answer is compared. */
export const comparedOf = (reply: PredecessorReply): ComparedAnswer => ({
  status: reply.status,
  contentType: headerOf(reply, "content-type"),
  body: reply.body,
});

/** How two answers compare. */
export interface Comparison {
  readonly outcome: Extract<ObservedOutcome, "equal" | "volatile" | "different" | "uncompared">;
  readonly differences: readonly Difference[];
}

/** At most so many differences of one call are kept. */
const MAX_DIFFERENCES = 20;
const MAX_EXAMPLE = 80;
const MAX_DEPTH = 8;
/** Numbers that say how a call went: the status, and what documents have in a body. */
const CODES: ReadonlySet<string> = new Set(["status", "code", "error_code"]);
const MAX_CODE = 999;

/**
 * Compares the status, the type and the documented body. `isVolatile` says which fields, by their
 * paths, differ by nature. The order of members and the spelling of JSON are no difference.
 */
export function compareAnswers(
  ours: ComparedAnswer,
  theirs: ComparedAnswer,
  isVolatile: (path: string) => boolean,
): Comparison {
  const differences: Difference[] = [];
  let hasVolatile = false;
  const differ = (field: string, one: unknown, other: unknown): void => {
    if (isVolatile(field)) hasVolatile = true;
    else if (differences.length < MAX_DIFFERENCES) differences.push(difference(field, one, other));
  };
  if (ours.status !== theirs.status) differ("status", ours.status, theirs.status);
  const types = [ours, theirs].map(({ contentType }) => mediaTypeOf(contentType));
  const bodies = [ours, theirs].map(({ body }) => jsonOf(body));
  const bothJson = bodies.every((body) => body !== undefined);
  // Old servers send JSON as text/html: what clients read is the body.
  if (!bothJson && types[0] !== types[1]) differ("content-type", types[0], types[1]);
  if (bothJson) walk("", bodies[0], bodies[1], differ);
  // A page has no documented body.
  else if (!ours.body.equals(theirs.body)) {
    if (bodies.every((body) => body === undefined)) hasVolatile = true;
    else differ("body", bodies[0] ?? "no JSON", bodies[1] ?? "no JSON");
  }
  const outcome = differences.length > 0 ? "different" : hasVolatile ? "volatile" : "equal";
  return { outcome, differences };
}

const mediaTypeOf = (contentType: string): string =>
  (contentType.split(";")[0] ?? "").trim().toLowerCase();

type Differ = (field: string, ours: unknown, theirs: unknown) => void;

function walk(path: string, ours: unknown, theirs: unknown, differ: Differ): void {
  if (isRecord(ours) && isRecord(theirs) && path.split(".").length < MAX_DEPTH) {
    for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
      walk(path === "" ? name : `${path}.${name}`, ours[name], theirs[name], differ);
    return;
  }
  if (JSON.stringify(ours) !== JSON.stringify(theirs)) differ(path || "body", ours, theirs);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Describes a difference without what could identify a user. */
const difference = (field: string, ours: unknown, theirs: unknown): Difference => ({
  // A name that isn't documented may hold anything.
  field: /^[\w.-]{1,100}$/.test(field) ? field : "body",
  ours: formOf(field, ours),
  theirs: formOf(field, theirs),
  example: `${masked(ours)} ≠ ${masked(theirs)}`,
});

function formOf(field: string, value: unknown): string {
  if (value === undefined) return "absent";
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return formOfNumber(CODES.has(field), value);
  if (typeof value === "string")
    return value === "" ? "empty text" : `text of ${[...value].length} characters`;
  return Array.isArray(value) ? "list" : "object";
}

function formOfNumber(isCode: boolean, value: number): string {
  if (isCode && Number.isInteger(value) && value >= 0 && value <= MAX_CODE)
    return `number ${value}`;
  const digits = String(value).replaceAll(/\D/g, "").length;
  return `number of ${digits} ${digits === 1 ? "digit" : "digits"}`;
}

/** Replaces every letter, digit and sign; the length and the punctuation of ASCII stay. */
const masked = (value: unknown): string =>
  value === undefined
    ? "absent"
    : JSON.stringify(value)
        .slice(0, MAX_EXAMPLE)
        .replaceAll(/\p{N}/gu, "0")
        .replaceAll(/\p{L}|[^\x20-\x7e]/gu, "x");
