// The rule for retries: what was in conflict with another transaction runs again as a whole.
import { setTimeout as delay } from "node:timers/promises";
import { requireTime } from "../../../domain/call-time.ts";
import { jitter } from "../../../domain/clock.ts";
import type { StoreFailure } from "../../../domain/instrumentation.ts";
import {
  isContention,
  isRowConflict,
  isUnavailable,
  meansUnavailable,
  unavailable,
} from "../errors.ts";
import { failureOf } from "../failure.ts";

/** How often work runs again before it fails. */
const RETRIES = 8;
const LONGEST_PAUSE = 320;

/** How long a retry waits for its turn: one that waits for a lock must not keep all others. */
const LONGEST_TURN = 200;

/** How often a statement runs that changes a row which all nodes change. */
const ROW_RETRIES = 40;
const ROW_PAUSE = 40;

/**
 * Lets the retries of one process run one after the other. On a cluster, writers of a few rows end
 * each other's transactions at every commit; those that take turns conflict with other nodes only.
 */
export class RetryTurns {
  #running = 0;
  readonly #waiting = new Set<() => void>();

  /** Runs work when no other work runs here, or when it has waited for long. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running === 0) this.#running++;
    else await this.#turn();
    try {
      return await work();
    } finally {
      this.#running--;
      if (this.#running === 0) this.#waiting.values().next().value?.();
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => {
      const begin = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(begin);
        // At once, so that no other work takes the turn before this one goes on.
        this.#running++;
        resolve();
      };
      const timer = setTimeout(begin, LONGEST_TURN);
      this.#waiting.add(begin);
    });
  }
}

/** What a retry needs to know, and who learns of it. */
interface Retries {
  /** Called before each retry. */
  readonly onRetry?: () => void;
  /** Called when the database can't be used. */
  readonly onFailure?: (failure: StoreFailure) => void;
  readonly turns?: RetryTurns;
}

/**
 * Runs work, and runs it again as a whole after a conflict with another transaction, as long as
 * the call has time.
 */
export async function retried<T>(
  work: () => Promise<T>,
  { onRetry, onFailure, turns = new RetryTurns() }: Retries = {},
): Promise<T> {
  const failed = (error: unknown): unknown => {
    onFailure?.(failureOf(error));
    return isUnavailable(error) ? error : unavailable(error);
  };
  const timely = async (): Promise<T> => {
    requireTime();
    return work();
  };
  let isTurn = false;
  for (let attempt = 1; ; attempt++) {
    try {
      return await (isTurn ? turns.run(timely) : timely());
    } catch (error) {
      if (!isContention(error)) throw meansUnavailable(error) ? failed(error) : error;
      if (attempt > RETRIES) throw failed(error);
      onRetry?.();
      isTurn = isRowConflict(error);
      await delay(jitter(Math.min(10 * 2 ** attempt, LONGEST_PAUSE)));
    }
  }
}

/**
 * Runs a transaction of one statement on a row that all nodes of a cluster change, again and again
 * until it wins. The first of two that commit at the same time wins, so one of them always does.
 */
export async function untilWon<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error) || attempt > ROW_RETRIES) throw error;
      await delay(jitter(Math.min(2 ** attempt, ROW_PAUSE)));
    }
  }
}
