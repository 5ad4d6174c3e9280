// Reads calls and answers from their bytes.
import type { PredecessorReply } from "./exchange.ts";

/** Parses an answer; undefined when it isn't a JSON object. */
export function objectOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // An error page, or half an answer.
  }
  return undefined;
}

/** Returns whether an answer is a JSON object, as every documented one is. */
export const isObject = ({ body }: Pick<PredecessorReply, "body">): boolean =>
  /^\s*\{/.test(body.toString("latin1", 0, 64)) && objectOf(body) !== undefined;

/** Returns the first value of a header; empty without one. */
export const headerOf = ({ headers }: Pick<PredecessorReply, "headers">, wanted: string): string =>
  headers.find(([name]) => name === wanted)?.[1] ?? "";
