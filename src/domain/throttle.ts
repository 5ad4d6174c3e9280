// How often something may be tried. It owns the limits of sign-ins, counted in the store so that they hold on every
// protocol and in every process, and must not know what a right answer is.
import type { Clock } from "./clock.ts";
import { networkOf } from "./caller.ts";
import { IdentityError } from "./errors.ts";
import type { Aggregates, Store } from "./store.ts";

const MINUTE = 60_000;

/** How many tries in how long. */
export interface Limit {
  readonly tries: number;
  readonly windowMs: number;
}

/** The limits of the server; the first two can be set. */
export interface Limits {
  /** Wrong passwords for one account. */
  readonly account: Limit;
  /** Wrong passwords from one network, for whichever accounts. */
  readonly network: Limit;
}

/** 10 and 300 in 5 minutes. */
export const defaultLimits: Limits = {
  account: { tries: 10, windowMs: 5 * MINUTE },
  network: { tries: 300, windowMs: 5 * MINUTE },
};

/** Refuses a try that is one too many; for calls in which every try counts. */
export async function countTry(store: Aggregates, clock: Clock, key: string, limit: Limit): Promise<void> {
  const wait = await store.attempts.take(key, limit.tries, limit.windowMs, clock.now());
  if (wait > 0) throw tooMany(wait);
}

const tooMany = (wait: number): IdentityError => new IdentityError("RATE_LIMITED", "Too many tries; wait before the next one.", { retryAfter: wait });

/** Counts wrong passwords. A try is counted before the password is checked, so that parallel guesses count too. */
export class SignInThrottle {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: Limits;
  /** The checks of each account that run in this process: a right one takes its try back, so others wait for it. */
  readonly #running = new Map<string, Set<Promise<unknown>>>();

  constructor(store: Store, clock: Clock, limits: Limits) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Does one check under the limits. `account` names the account also when there is none. From a network where its user
   * has signed in before, an account has a counter of its own, so that strangers can't lock its owner out.
   * The caller takes the tries back with `forgive` when the password was right.
   */
  async check<T>(account: string, address: string, known: boolean, check: () => Promise<T>): Promise<T> {
    const keys = this.#keys(account, address, known);
    for (;;) {
      const wait = await this.#take(keys);
      if (wait === 0) break;
      const running = this.#running.get(keys.account);
      if (running === undefined) throw tooMany(wait);
      // That it failed is nothing to those who wait for it.
      await Promise.race(running).catch(() => undefined);
    }
    return this.#track(keys.account, this.#counted(keys, check));
  }

  async #counted<T>(keys: { account: string; network: string }, check: () => Promise<T>): Promise<T> {
    try {
      return await check();
    } catch (error) {
      // Nothing was checked, so nobody has learnt anything.
      await this.#giveBack(this.#store, keys);
      throw error;
    }
  }

  /** Takes the tries of a right password back, in the transaction that records the sign-in. */
  forgive(tx: Aggregates, account: string, address: string, known: boolean): Promise<void> {
    return this.#giveBack(tx, this.#keys(account, address, known));
  }

  async #giveBack(tx: Aggregates, keys: { account: string; network: string }): Promise<void> {
    await tx.attempts.giveBack(keys.account);
    await tx.attempts.giveBack(keys.network);
  }

  #keys(account: string, address: string, known: boolean): { account: string; network: string } {
    const network = networkOf(address);
    return { account: known ? `sign-in:account:${account}:${network}` : `sign-in:account:${account}`, network: `sign-in:network:${network}` };
  }

  #take(keys: { account: string; network: string }): Promise<number> {
    const now = this.#clock.now();
    return this.#store.transaction(async (tx) => {
      const { account, network } = this.#limits;
      const wait = await tx.attempts.take(keys.account, account.tries, account.windowMs, now);
      if (wait > 0) return wait;
      const wait2 = await tx.attempts.take(keys.network, network.tries, network.windowMs, now);
      if (wait2 > 0) await tx.attempts.giveBack(keys.account);
      return wait2;
    });
  }

  async #track<T>(key: string, check: Promise<T>): Promise<T> {
    const running = this.#running.get(key) ?? new Set();
    this.#running.set(key, running.add(check));
    try {
      return await check;
    } finally {
      running.delete(check);
      if (running.size === 0) this.#running.delete(key);
    }
  }
}
