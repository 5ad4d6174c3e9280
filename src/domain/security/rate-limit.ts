// How often something may be tried. It owns the limits of sign-ins, counted in the store so that
// they hold on every protocol and in every process, and must not know what a right answer is.
import type { Clock } from "../clock.ts";
import { jitter, pause } from "../clock.ts";
import { networkOf } from "../principal.ts";
import { IdentityError } from "../errors.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Aggregates, Store } from "../store.ts";
import { AttemptQueue } from "./attempt-queue.ts";

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

/** What a try is counted under, and how far. */
interface Counter {
  readonly key: string;
  readonly limit: Limit;
  /** Once it holds nothing but wrong tries it stays full to its end. */
  readonly onlyTimeEmpties?: true;
}

/** That of the account first: its checks take turns. */
type Counters = readonly [account: Counter, ...origins: Counter[]];

/** A partner's backend, which asks for its own users. */
export interface Partner {
  readonly clientId: string;
  /**
   * The address of the user as the backend tells it; empty when it doesn't. Trusted for nothing, so
   * it can only be one more counter.
   */
  readonly toldAddress: string;
}

/**
 * One address of a partner's users may use up so much of what the partner has, so that none locks
 * out all others.
 */
const TOLD_SHARE = 1 / 5;

/** The counter of those tries that were wrong; the others still run, maybe in another process. */
const wrongOnes = (key: string): string => `${key}:wrong`;

const networkKey = (address: string): string => `sign-in:network:${networkOf(address)}`;

const accountKey = (account: string, ...network: readonly string[]): string =>
  ["sign-in:account", account, ...network].join(":");

/**
 * Under what an account is counted: once for strangers, and for each network where its user has
 * signed in before.
 */
const accountKeys = async ({ passwordChecks }: Aggregates, account: string): Promise<string[]> => [
  accountKey(account),
  ...(await passwordChecks.networks(account)).map((network) => accountKey(account, network)),
];

async function clear({ attempts }: Aggregates, keys: readonly string[]): Promise<void> {
  for (const key of keys.flatMap((each) => [each, wrongOnes(each)])) await attempts.clear(key);
}

/** How often a try that other processes have no room for asks again. */
const POLLS = 20;
const POLL_MS = 50;

/** 10 and 300 in 5 minutes. */
export const defaultLimits: Limits = {
  account: { tries: 10, windowMs: 5 * MINUTE },
  network: { tries: 300, windowMs: 5 * MINUTE },
};

/** Refuses a try that is one too many; for calls in which every try counts. */
export async function countTry(
  store: Aggregates,
  clock: Clock,
  key: string,
  limit: Limit,
): Promise<void> {
  const wait = await store.attempts.take(key, limit.tries, limit.windowMs, clock.now());
  if (wait > 0) throw tooMany(wait);
}

const tooMany = (wait: number): IdentityError =>
  new IdentityError("RATE_LIMITED", "Too many tries; wait before the next one.", {
    retryAfter: wait,
  });

/** How many counters are remembered as full. */
const REMEMBERED = 10_000;

/**
 * Remembers until when counters are full that only time empties: their tries are refused without a
 * look at the store.
 */
export class FullCounters {
  readonly #clock: Clock;
  readonly #until = new BoundedMap<number>(REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Refuses a try that the counter is known to have no room for. */
  requireRoom(key: string): void {
    const wait = (this.#until.get(key) ?? 0) - this.#clock.now();
    if (wait > 0) throw tooMany(wait);
  }

  /** Notes that the counter is full for so long. */
  note(key: string, wait: number): void {
    this.#until.set(key, this.#clock.now() + wait);
  }

  /** Counts a try where every try counts. */
  async count(store: Aggregates, key: string, limit: Limit): Promise<void> {
    const wait = await store.attempts.take(key, limit.tries, limit.windowMs, this.#clock.now());
    if (wait === 0) return;
    this.note(key, wait);
    throw tooMany(wait);
  }
}

/**
 * Counts wrong passwords. A try is counted before the password is checked, so that parallel guesses
 * count too.
 */
export class SignInRateLimiter {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #limits: Limits;
  /**
   * The checks of each account in this process: one that takes its try back lets another follow.
   */
  readonly #turns = new Map<string, { readonly turns: AttemptQueue; users: number }>();
  /** Networks that have had all their wrong passwords; nothing takes those back. */
  readonly #full: FullCounters;

  constructor(store: Store, clock: Clock, limits: Limits) {
    this.#store = store;
    this.#clock = clock;
    this.#limits = limits;
    this.#full = new FullCounters(clock);
  }

  /** Refuses at once what comes from a network that has had all its tries. */
  requireOpen(address: string): void {
    this.#full.requireRoom(networkKey(address));
  }

  /**
   * Does one check under the limits; it answers undefined for a wrong password. `account` names the
   * account also when there is none. From a network where its user has signed in before, an account
   * has a counter of its own, so that strangers can't lock its owner out. The check takes the tries
   * back with `forgive` when the password was right. What a partner asks counts for its own
   * network, like everybody's, and for the partner, whichever networks it asks from.
   */
  async check<T>(
    account: string,
    address: string,
    known: boolean,
    check: () => Promise<T | undefined>,
    partner?: Partner,
  ): Promise<T | undefined> {
    const counters = this.#counters(account, address, known, partner);
    const { key } = counters[0];
    const shared = this.#turns.get(key) ?? { turns: new AttemptQueue(), users: 0 };
    this.#turns.set(key, shared);
    shared.users++;
    try {
      return await this.#inTurn(shared.turns, counters, check);
    } finally {
      shared.users--;
      if (shared.users === 0) this.#turns.delete(key);
    }
  }

  /** Takes the tries of a right password back, in the transaction that records the sign-in. */
  async forgive(
    tx: Aggregates,
    account: string,
    address: string,
    known: boolean,
    partner?: Partner,
  ): Promise<void> {
    for (const { key } of this.#counters(account, address, known, partner))
      await tx.attempts.giveBack(key);
  }

  /**
   * Forgets the wrong tries for an account that its user has been known from this network from now
   * on.
   */
  forget(tx: Aggregates, account: string, address: string): Promise<void> {
    return clear(tx, [accountKey(account, networkOf(address))]);
  }

  /** Forgets all wrong tries for an account; what is counted for networks stays. */
  async forgetAll(tx: Aggregates, account: string): Promise<void> {
    await clear(tx, await accountKeys(tx, account));
  }

  /** How many wrong tries for an account are counted now, from wherever they came. */
  async failures(account: string): Promise<number> {
    const now = this.#clock.now();
    const counts = await Promise.all(
      (await accountKeys(this.#store, account)).map((key) =>
        this.#store.attempts.count(wrongOnes(key), now),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async #inTurn<T>(
    turns: AttemptQueue,
    counters: Counters,
    check: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    await this.#begin(turns, counters);
    let forAnother = true;
    try {
      const right = await check();
      forAnother = right !== undefined;
      if (!forAnother) await this.#noteWrong(counters);
      return right;
    } catch (error) {
      // Nothing was checked, so nobody has learnt anything.
      if (forAnother) for (const { key } of counters) await this.#store.attempts.giveBack(key);
      throw error;
    } finally {
      turns.leave(forAnother);
    }
  }

  /**
   * Counts the try and takes a turn; RATE_LIMITED when no check that runs can make room any more.
   */
  async #begin(turns: AttemptQueue, counters: Counters): Promise<void> {
    for (let polls = 0; ;) {
      const { unused } = turns;
      let refused = await this.#take(counters);
      if (refused === undefined) return turns.begin();
      if (turns.unused !== unused) continue;
      while (await turns.next()) {
        refused = await this.#take(counters).catch((error: unknown) => {
          turns.leave(true);
          throw error;
        });
        if (refused === undefined) return;
        // Another process was quicker.
        turns.leave(false);
      }
      const { wait, counter } = refused;
      const isFull =
        (await this.#store.attempts.count(wrongOnes(counter.key), this.#clock.now())) >=
        counter.limit.tries;
      if (isFull && counter.onlyTimeEmpties === true) this.#full.note(counter.key, wait);
      if (isFull || polls++ === POLLS) throw tooMany(wait);
      await pause(jitter(POLL_MS));
    }
  }

  #counters(
    account: string,
    address: string,
    known: boolean,
    partner: Partner | undefined,
  ): Counters {
    return [
      {
        key: known ? accountKey(account, networkOf(address)) : accountKey(account),
        limit: this.#limits.account,
      },
      { key: networkKey(address), limit: this.#limits.network, onlyTimeEmpties: true },
      ...(partner === undefined ? [] : this.#partnerCounters(partner)),
    ];
  }

  #partnerCounters({ clientId, toldAddress }: Partner): Counter[] {
    const { network } = this.#limits;
    const told = { ...network, tries: Math.max(1, Math.floor(network.tries * TOLD_SHARE)) };
    return [
      { key: `sign-in:client:${clientId}`, limit: network, onlyTimeEmpties: true },
      ...(toldAddress === ""
        ? []
        : [
            {
              key: `sign-in:told:${clientId}:${networkOf(toldAddress)}`,
              limit: told,
              onlyTimeEmpties: true as const,
            },
          ]),
    ];
  }

  /** Counts the try under each, or under none; answers the first that is full. */
  #take(counters: Counters): Promise<{ counter: Counter; wait: number } | undefined> {
    const now = this.#clock.now();
    return this.#store.transaction(async (tx) => {
      for (const [index, counter] of counters.entries()) {
        const wait = await tx.attempts.take(
          counter.key,
          counter.limit.tries,
          counter.limit.windowMs,
          now,
        );
        if (wait === 0) continue;
        for (const { key } of counters.slice(0, index)) await tx.attempts.giveBack(key);
        return { counter, wait };
      }
      return undefined;
    });
  }

  #noteWrong(counters: Counters): Promise<void> {
    const now = this.#clock.now();
    return this.#store.transaction(async (tx) => {
      for (const counter of counters)
        await tx.attempts.take(
          wrongOnes(counter.key),
          counter.limit.tries,
          counter.limit.windowMs,
          now,
        );
    });
  }
}
