// What is told of a statement: its kind, how long it took, whether it failed. It must not know any
// table.
import { ticks } from "../../domain/clock.ts";
import type { Instrumentation } from "../../domain/instrumentation.ts";

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

/** The first word, when it is one of those that are counted. */
export function kindOf(sql: string): string {
  const end = sql.indexOf(" ");
  const word = end < 0 ? sql : sql.slice(0, end);
  return KINDS.has(word) ? word : "other";
}

/** Makes a statement that is answered at once. */
export function timed<T>(instrumentation: Instrumentation, kind: string, work: () => T): T {
  const startedAt = ticks();
  let failed = true;
  try {
    const result = work();
    failed = false;
    return result;
  } finally {
    instrumentation.statement(kind, ticks() - startedAt, failed);
  }
}
