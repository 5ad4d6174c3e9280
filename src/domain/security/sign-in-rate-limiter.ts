import { takingBack } from "../call-time.ts";
import { type Clock, jitter, pause } from "../clock.ts";
import type { Aggregates, Store } from "../store.ts";
import { type AttemptQueue, AttemptQueues } from "./attempt-queue.ts";
import { FullCounters, tooMany } from "./rate-limit.ts";
import {
  clearAccount,
  clearNetwork,
  type Counters,
  countersOf,
  countWrong,
  giveBack,
  isFullOfWrongOnes,
  type Limits,
  networkKey,
  recordWrong,
  type SignInAttempt,
  take,
} from "./sign-in-counters.ts";

/** How often an attempt asks again while checks in other processes may still make room. */
const POLLS = 20;
const POLL_MS = 50;

interface SignInRateLimiterDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly limits: Limits;
}

/**
 * Limits wrong passwords, over all protocols and processes. An attempt is counted before the check
 * and taken back if the password is right, so that parallel guesses count and parallel right
 * passwords aren't refused. README.md draws the states of an attempt.
 */
export class SignInRateLimiter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #queues = new AttemptQueues();
  /** Networks that have used all their wrong attempts. */
  readonly #full: FullCounters;

  constructor({ store, clock, limits }: SignInRateLimiterDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#full = new FullCounters(clock);
  }

  /** Rejects at once a call from a network that has used all its attempts. */
  requireOpen(address: string): void {
    this.#full.requireRoom(networkKey(address));
  }

  /**
   * Runs one password check under the limits. The check resolves to undefined for a wrong password;
   * for a right one it must call `forgive`.
   */
  check<T>(attempt: SignInAttempt, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const counters = countersOf(attempt, this.#limits);
    return this.#queues.within(counters[0].key, (queue) => this.#inTurn(queue, counters, check));
  }

  /** Takes the attempt of a right password back, in the transaction that records the sign-in. */
  forgive(tx: Aggregates, attempt: SignInAttempt): Promise<void> {
    return giveBack(tx, countersOf(attempt, this.#limits));
  }

  /** Clears the attempts for an account from a network that has just become known for it. */
  forget(tx: Aggregates, account: string, address: string): Promise<void> {
    return clearNetwork(tx, account, address);
  }

  /** Clears all attempts for an account; the counters of networks stay. */
  forgetAll(tx: Aggregates, account: string): Promise<void> {
    return clearAccount(tx, account);
  }

  /** Returns how many wrong attempts for an account are counted now, from any network. */
  failures(account: string): Promise<number> {
    return countWrong(this.#store, account, this.#limits.account, this.#clock.now());
  }

  async #inTurn<T>(
    queue: AttemptQueue,
    counters: Counters,
    check: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    await this.#begin(queue, counters);
    let forAnother = true;
    try {
      const right = await check();
      forAnother = right !== undefined;
      if (!forAnother) await recordWrong(this.#store, counters, this.#clock.now());
      return right;
    } catch (error) {
      // The check failed without a verdict, so the client has learnt nothing about the password.
      if (forAnother) await takingBack(() => giveBack(this.#store, counters));
      throw error;
    } finally {
      queue.leave(forAnother);
    }
  }

  /** Counts the attempt and takes a turn; RATE_LIMITED when no running check can make room. */
  async #begin(queue: AttemptQueue, counters: Counters): Promise<void> {
    for (let polls = 0; ;) {
      const { unused } = queue;
      let refused = await this.#take(counters);
      if (refused === undefined) return queue.begin();
      // A check has made room since, and found none waiting.
      if (queue.unused !== unused) continue;
      while (await queue.next()) {
        refused = await this.#take(counters).catch((error: unknown) => {
          queue.leave(true);
          throw error;
        });
        if (refused === undefined) return;
        // Another process has used the room.
        queue.leave(false);
      }
      const { wait, counter } = refused;
      const isFull = await isFullOfWrongOnes(this.#store, counter, this.#clock.now());
      if (isFull && counter.onlyTimeEmpties === true) this.#full.note(counter.key, wait);
      if (isFull || polls++ === POLLS) throw tooMany(wait);
      await pause(jitter(POLL_MS));
    }
  }

  #take(counters: Counters) {
    return take(this.#store, counters, this.#clock.now());
  }
}
