import type { Store } from "../domain/store.ts";
import { failureOf } from "../store/engine/failure.ts";

/** The pauses between two checks: while writes work, and while they don't. */
const CALM_MS = 5_000;
const TROUBLED_MS = 1_000;
/** A failure of a call leads to a check at once, but not more often than this. */
const SOONEST_MS = 250;
/** How long a check may take. */
const DEADLINE_MS = 2_500;

interface WriteWatchOptions {
  readonly store: Pick<Store, "checkWritable">;
  /** Receives whether the database can be written, when that changes. */
  readonly onChange: (writable: boolean) => void;
}

/**
 * Checks in the background that the database can be written, so that no probe of a load balancer
 * costs a write. After a failure the check writes as much as the largest request, until it fits.
 */
export class WriteWatch {
  readonly #options: WriteWatchOptions;
  #writable = true;
  #running = false;
  #failed = Promise.withResolvers<void>();

  constructor(options: WriteWatchOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#watch();
  }

  stop(): void {
    this.#running = false;
    this.#failed.resolve();
  }

  /** Checks soon: a call could not use the database. */
  readonly suspect = (): void => this.#failed.resolve();

  async #watch(): Promise<void> {
    for (let suspected = false; this.#running;) {
      const writable = await this.#check(suspected || !this.#writable);
      if (!this.#running) return;
      if (writable !== this.#writable) {
        this.#writable = writable;
        this.#options.onChange(writable);
      }
      // What fails during this pause, the failure of this check itself too, is no new suspicion.
      await pause(SOONEST_MS);
      this.#failed = Promise.withResolvers();
      suspected = await Promise.race([
        this.#failed.promise.then(() => true),
        pause(writable ? CALM_MS : TROUBLED_MS).then(() => false),
      ]);
    }
  }

  async #check(large: boolean): Promise<boolean> {
    try {
      return await Promise.race([
        this.#options.store.checkWritable(large).then(() => true),
        pause(DEADLINE_MS).then(() => false),
      ]);
    } catch (error) {
      // Another transaction in the way says nothing against the next one.
      return failureOf(error).cause === "locked" && this.#writable;
    }
  }
}

/** Waits, without keeping the process alive. */
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
