import { ticks } from "../../domain/clock.ts";
import type { Instrumentation } from "../../domain/instrumentation.ts";
import { isBusy } from "./errors.ts";

const KINDS: ReadonlySet<string> = new Set([
  "select",
  "insert",
  "update",
  "delete",
  "replace",
  "begin",
  "commit",
  "rollback",
]);

/** Returns the first word of a statement if it is one of the counted kinds. */
export function kindOf(sql: string): string {
  const end = sql.indexOf(" ");
  const word = end < 0 ? sql : sql.slice(0, end);
  return KINDS.has(word) ? word : "other";
}

/**
 * Runs a synchronous statement and records it. One that finds the file locked by another process
 * hasn't run: it is tried again.
 */
export function timed<T>(instrumentation: Instrumentation, kind: string, work: () => T): T {
  const startedAt = ticks();
  let failed = true;
  let hasRun = true;
  try {
    const result = work();
    failed = false;
    return result;
  } catch (error) {
    hasRun = !isBusy(error);
    throw error;
  } finally {
    if (hasRun) instrumentation.statement(kind, ticks() - startedAt, failed);
  }
}
