// How often something may be tried. It owns the limits of sign-ins, counted in the store so that they hold on every
// protocol and in every process, and must not know what a right answer is.
import type { Clock } from "./clock.ts";
import { networkOf } from "./caller.ts";
import { IdentityError } from "./errors.ts";
import type { Aggregates, Store } from "./store.ts";
import { Turns } from "./turns.ts";

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

/** What a try is counted under. */
interface Keys {
  readonly account: string;
  readonly network: string;
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
  /** The checks of each account in this process: one that takes its try back lets another follow. */
  readonly #turns = new Map<string, { readonly turns: Turns; users: number }>();

  constructor(store: Store, clock: Clock, limits: Limits) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
  }

  /**
   * Does one check under the limits; it answers undefined for a wrong password. `account` names the account also when there
   * is none. From a network where its user has signed in before, an account has a counter of its own, so that strangers
   * can't lock its owner out. The check takes the tries back with `forgive` when the password was right.
   */
  async check<T>(account: string, address: string, known: boolean, check: () => Promise<T | undefined>): Promise<T | undefined> {
    const keys = this.#keys(account, address, known);
    const shared = this.#turns.get(keys.account) ?? { turns: new Turns(), users: 0 };
    this.#turns.set(keys.account, shared);
    shared.users++;
    try {
      return await this.#inTurn(shared.turns, keys, check);
    } finally {
      shared.users--;
      if (shared.users === 0) this.#turns.delete(keys.account);
    }
  }

  async #inTurn<T>(turns: Turns, keys: Keys, check: () => Promise<T | undefined>): Promise<T | undefined> {
    await this.#begin(turns, keys);
    let forAnother = true;
    try {
      const right = await check();
      forAnother = right !== undefined;
      return right;
    } catch (error) {
      // Nothing was checked, so nobody has learnt anything.
      await this.#giveBack(this.#store, keys);
      throw error;
    } finally {
      turns.leave(forAnother);
    }
  }

  /** Counts the try and takes a turn; RATE_LIMITED when no check that runs can make room any more. */
  async #begin(turns: Turns, keys: Keys): Promise<void> {
    let wait: number;
    let unused: number;
    do {
      unused = turns.unused;
      wait = await this.#take(keys);
      if (wait === 0) return turns.begin();
    } while (turns.unused !== unused);
    while (await turns.next()) {
      wait = await this.#take(keys).catch((error: unknown) => {
        turns.leave(true);
        throw error;
      });
      if (wait === 0) return;
      // Another process was quicker.
      turns.leave(false);
    }
    throw tooMany(wait);
  }

  /** Takes the tries of a right password back, in the transaction that records the sign-in. */
  forgive(tx: Aggregates, account: string, address: string, known: boolean): Promise<void> {
    return this.#giveBack(tx, this.#keys(account, address, known));
  }

  async #giveBack(tx: Aggregates, keys: Keys): Promise<void> {
    await tx.attempts.giveBack(keys.account);
    await tx.attempts.giveBack(keys.network);
  }

  #keys(account: string, address: string, known: boolean): Keys {
    const network = networkOf(address);
    return { account: known ? `sign-in:account:${account}:${network}` : `sign-in:account:${account}`, network: `sign-in:network:${network}` };
  }

  #take(keys: Keys): Promise<number> {
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
}
