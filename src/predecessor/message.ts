// Reads calls and answers from their bytes.
import type { PredecessorReply } from "./exchange.ts";

/** What was read of bodies: an answer is checked, learnt from and compared. */
const parsed = new WeakMap<Buffer, unknown>();

/** Parses JSON, each body once; undefined for another text. The value must not be changed. */
export function jsonOf(body: Buffer): unknown {
  if (!parsed.has(body)) parsed.set(body, parse(body));
  return parsed.get(body);
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8")) as unknown;
  } catch {
    // An error page, or half an answer.
    return undefined;
  }
}

/** Parses an answer; undefined when it isn't a JSON object. */
export function objectOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  const value = jsonOf(body);
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

/** Returns whether an answer is a JSON object, as every documented one is. */
export const isObject = ({ body }: Pick<PredecessorReply, "body">): boolean =>
  /^\s*\{/.test(body.toString("latin1", 0, 64)) && objectOf(body) !== undefined;

/** Returns the first value of a header; empty without one. */
export const headerOf = ({ headers }: Pick<PredecessorReply, "headers">, wanted: string): string =>
  headers.find(([name]) => name === wanted)?.[1] ?? "";
