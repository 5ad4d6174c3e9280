import type { StoreFailure } from "../domain/instrumentation.ts";
import type { Logger } from "./log.ts";

/** How long failures of one cause are only counted after a line. */
const QUIET_MS = 60_000;

/** What each cause means, for the operator. */
const PLAIN: Readonly<Record<StoreFailure["cause"], string>> = {
  disk_full: "the disk of the database is full, or a quota or a limit is reached",
  read_only: "the database takes no writes: it is read-only",
  unreachable: "the database can't be reached",
  locked: "another transaction was in the way for too long",
  timeout: "the database didn't answer in time",
  other: "the database refuses: see the code",
};

/**
 * Returns a function that logs failures of the database: the first of a cause at once, then once a
 * minute how many there were.
 */
export function logStoreFailures(log: Logger): (failure: StoreFailure) => void {
  const counted = new Map<StoreFailure["cause"], { count: number; code: string }>();
  const wait = (cause: StoreFailure["cause"]): void => {
    const entry = { count: 0, code: "" };
    counted.set(cause, entry);
    setTimeout(() => {
      counted.delete(cause);
      if (entry.count > 0) report(cause, entry.code, entry.count);
    }, QUIET_MS).unref();
  };
  const report = (cause: StoreFailure["cause"], code: string, count: number): void => {
    log.error({ cause, driverCode: code, failures: count, why: PLAIN[cause] }, "store failed");
    wait(cause);
  };
  return ({ cause, code }) => {
    const entry = counted.get(cause);
    if (entry === undefined) return report(cause, code, 1);
    entry.count++;
    entry.code = code;
  };
}
