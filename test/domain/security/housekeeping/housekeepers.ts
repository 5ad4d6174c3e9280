// Housekeepers whose time is the test's.
import {
  Housekeeper,
  type HousekeeperDependencies,
  type PurgeRun,
} from "../../../../src/domain/security/housekeeping/housekeeper.ts";
import type { Store } from "../../../../src/domain/store.ts";

export const DAY = 86_400_000;

const TERMS = { unusedClientMs: 30 * DAY, auditMs: 400 * DAY };

export interface Kept {
  readonly housekeeper: Housekeeper;
  readonly runs: PurgeRun[];
  readonly errors: unknown[];
  /** The tables that each of the errors is about. */
  readonly failed: (readonly string[])[];
  /** Whether it holds the lease, each time that changes. */
  readonly holds: boolean[];
}

/** Makes a housekeeper that doesn't wait, unless the test gives it a stopwatch. */
export function keep(
  store: Store,
  clock: HousekeeperDependencies["clock"],
  more: Partial<Pick<HousekeeperDependencies, "stopwatch" | "terms">> = {},
): Kept {
  const [runs, errors, holds] = [[] as PurgeRun[], [] as unknown[], [] as boolean[]];
  const failed: (readonly string[])[] = [];
  const housekeeper = new Housekeeper({
    store,
    clock,
    terms: TERMS,
    stopwatch: { ticks: () => performance.now(), pause: () => Promise.resolve() },
    recorder: {
      removed: () => undefined,
      holds: (isHolder) => void holds.push(isHolder),
      ran: (run) => void runs.push(run),
      failed: (error, tables) => {
        errors.push(error);
        failed.push(tables);
      },
    },
    ...more,
  });
  return { housekeeper, runs, errors, failed, holds };
}
