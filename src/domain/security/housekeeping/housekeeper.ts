import { type Clock, jitter, ticks } from "../../clock.ts";
import type { DatabaseClock } from "../../database-clock.ts";
import { CLOCK_SKEW, HOUR, MINUTE, SECOND } from "../../durations.ts";
import { newId } from "../../ids.ts";
import type { Store } from "../../store.ts";
import { type Chore, createChores, type RetentionTerms } from "./chores.ts";

const LEASE = "purge";
/** How long a lease outlives a process that was killed. Longer than a chunk and its pause. */
const LEASE_MS = MINUTE;
const RENEW_EVERY_MS = 10 * SECOND;

/** How long after the end of a run the next one is due. */
const EVERY_MS = HOUR;
/** The same if the run ended before all was removed. */
const SOON_MS = MINUTE;
/** How long one run may take. */
const RUN_MS = 30 * MINUTE;
/** How often a process looks whether a run is due: half of it to all of it. */
const LOOK_EVERY_MS = 2 * MINUTE;

/** What a run has done. */
export interface PurgeRun {
  readonly rows: number;
  /** How many rows were removed of each table of which there were any. */
  readonly tables: Readonly<Record<string, number>>;
  readonly durationMs: number;
  /** How long the database worked for it. */
  readonly busyMs: number;
  /** Whether nothing is left. */
  readonly complete: boolean;
}

/** Receives what the housekeeper does. */
export interface PurgeRecorder {
  /** Rows were removed at once. */
  removed(table: string, rows: number, milliseconds: number): void;
  /** Whether this process holds the lease. */
  holds(isHolder: boolean): void;
  ran(run: PurgeRun): void;
  /** A run failed, or the removal from some tables, of which `error` is the first. */
  failed(error: unknown, tables: readonly string[]): void;
}

export interface HousekeeperDependencies {
  readonly store: Store;
  /** Its time is the same in all processes. It is measured anew before rows are removed by it. */
  readonly clock: Clock & Partial<Pick<DatabaseClock, "measure">>;
  readonly terms: RetentionTerms;
  readonly recorder: PurgeRecorder;
  /** Measures how long a chunk takes, and waits; a test gives its own. */
  readonly stopwatch?: Stopwatch;
}

export interface Stopwatch {
  /** Milliseconds since any moment. */
  ticks(): number;
  /** Resolves after that time, or at once when it is stopped. */
  pause(milliseconds: number, stop: AbortSignal): Promise<void>;
}

const machine: Stopwatch = {
  ticks,
  pause: (milliseconds, stop) =>
    new Promise((resolve) => {
      if (stop.aborted) return resolve();
      const end = (): void => {
        clearTimeout(timer);
        stop.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds).unref();
      stop.addEventListener("abort", end);
    }),
};

const never = new AbortController().signal;

/**
 * Removes users who can't be restored any more, clients that registered themselves and stayed
 * unused, and everything else that has expired, and renews old keys. One process at a time does.
 */
export class Housekeeper {
  readonly #store: Store;
  readonly #clock: HousekeeperDependencies["clock"];
  readonly #recorder: PurgeRecorder;
  readonly #stopwatch: Stopwatch;
  readonly #chores: readonly Chore[];
  readonly #lease: { readonly name: string; readonly holder: string };

  constructor({ store, clock, terms, recorder, stopwatch = machine }: HousekeeperDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#stopwatch = stopwatch;
    this.#chores = createChores(store, terms);
    this.#lease = { name: LEASE, holder: newId(clock) };
  }

  /**
   * Runs some minutes after now, and then when it is due. Returns the function that stops it, which
   * resolves when the lease is released.
   */
  follow(): () => Promise<void> {
    const stop = new AbortController();
    const following = this.#follow(stop.signal);
    return () => {
      stop.abort();
      return following;
    };
  }

  async #follow(stop: AbortSignal): Promise<void> {
    // 1 to 5 minutes, at another time in each process. A process that doesn't live for long runs
    // once too, so the first run doesn't ask whether it is due.
    await this.#stopwatch.pause(jitter(8 * MINUTE) - 3 * MINUTE, stop);
    for (let isFirst = true; !stop.aborted; isFirst = false) {
      await this.run(isFirst, stop).catch((error: unknown) => {
        if (!stop.aborted) this.#recorder.failed(error, []);
      });
      await this.#stopwatch.pause(jitter(LOOK_EVERY_MS), stop);
    }
  }

  /**
   * Removes what has expired by now, if it is due and no other process does; returns whether it
   * did. `isEager` runs also if it isn't due.
   */
  async run(isEager = false, stop: AbortSignal = never): Promise<boolean> {
    await this.#clock.measure?.();
    const now = this.#clock.now();
    const isHeld = await this.#store.leases.take({
      ...this.#lease,
      now,
      until: now + LEASE_MS,
      dueWithin: isEager ? undefined : now + EVERY_MS + CLOCK_SKEW,
    });
    if (!isHeld) return false;
    this.#recorder.holds(true);
    let isComplete = false;
    try {
      isComplete = await this.#removeAll(now, stop);
    } finally {
      this.#recorder.holds(false);
      // One that was stopped leaves the rest to another process, at once.
      const pause = isComplete ? EVERY_MS : stop.aborted ? 0 : SOON_MS;
      await this.#store.leases.release(this.#lease, this.#clock.now() + pause);
    }
    return true;
  }

  /**
   * Takes turns among the tables, so that a large one doesn't delay the others. One from which
   * nothing can be removed delays none either: it is tried again by the next run.
   */
  async #removeAll(now: number, stop: AbortSignal): Promise<boolean> {
    const begin = this.#stopwatch.ticks();
    const since = (start: number): number => this.#stopwatch.ticks() - start;
    const tables: Record<string, number> = {};
    const failures: { readonly table: string; readonly error: unknown }[] = [];
    /** Does a part of the work; returns how many rows it has removed. */
    const attempt = (table: string, work: Promise<number>): Promise<number> =>
      work.catch((error: unknown) => {
        failures.push({ table, error });
        return 0;
      });
    // A process of the version before may have inserted users while this one was starting.
    await attempt("users", this.#store.renewKeys());
    let busyMs = 0;
    let renewedAt = begin;
    let left = this.#chores;
    const goesOn = async (): Promise<boolean> => {
      if (stop.aborted || since(begin) > RUN_MS) return false;
      if (since(renewedAt) < RENEW_EVERY_MS) return true;
      renewedAt = this.#stopwatch.ticks();
      await this.#clock.measure?.();
      const until = this.#clock.now() + LEASE_MS;
      return this.#store.leases.renew({ ...this.#lease, until });
    };
    // A run that goes by a clock that was ahead must not remove what lives when it is put back.
    const expiredBy = (): number => Math.min(now, this.#clock.now());
    let isComplete = true;
    while (isComplete && left.length > 0) {
      const unfinished: Chore[] = [];
      for (const chore of left) {
        if (!(isComplete = await goesOn())) break;
        const start = this.#stopwatch.ticks();
        const rows = await attempt(chore.table, chore.remove(expiredBy(), chore.pace.size));
        const spent = since(start);
        busyMs += spent;
        if (rows > 0) {
          tables[chore.table] = (tables[chore.table] ?? 0) + rows;
          unfinished.push(chore);
        }
        this.#recorder.removed(chore.table, rows, spent);
        await this.#stopwatch.pause(chore.pace.spent(spent, rows), stop);
      }
      left = unfinished;
    }
    const [first] = failures;
    if (first !== undefined && !stop.aborted)
      this.#recorder.failed(first.error, [...new Set(failures.map(({ table }) => table))]);
    isComplete &&= first === undefined;
    this.#recorder.ran({
      rows: Object.values(tables).reduce((sum, rows) => sum + rows, 0),
      tables,
      durationMs: Math.round(since(begin)),
      busyMs: Math.round(busyMs),
      complete: isComplete,
    });
    return isComplete;
  }
}
