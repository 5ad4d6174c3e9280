import { MINUTE } from "../durations.ts";
import type { Aggregates, Store } from "../store.ts";
import { networkOf } from "./networks.ts";
import type { Limit } from "./rate-limit.ts";
import type { AttemptTake } from "./store.ts";

/** The limits of sign-ins; the operator can set both. */
export interface Limits {
  /** Wrong passwords for one account. */
  readonly account: Limit;
  /** Wrong passwords from one network, for any accounts. */
  readonly network: Limit;
}

/** 10 and 300 in 5 minutes. */
export const defaultLimits: Limits = {
  account: { tries: 10, windowMs: 5 * MINUTE },
  network: { tries: 300, windowMs: 5 * MINUTE },
};

/** The backend of a partner, which asks for its own users. */
export interface Partner {
  readonly clientId: string;
  /**
   * The address of the user as the partner reports it; empty when it doesn't. It is not trusted: it
   * only adds a counter.
   */
  readonly reportedAddress: string;
  /** Its key as it was sent, for asking a predecessor; never kept. */
  readonly key?: string;
}

/** One password check, as the limits see it. */
export interface SignInAttempt {
  /**
   * The id of the user, or the name of an account that doesn't exist. Absent when the call doesn't
   * say whose password it has; then its network counts alone.
   */
  readonly account?: string;
  /** The address that the call came from. */
  readonly address: string;
  /**
   * Whether the user has signed in from this network before. The account then has a counter of its
   * own for the network, so that strangers can't lock its owner out.
   */
  readonly known: boolean;
  /** The partner that asks; the attempt then also counts for it, from any network. */
  readonly partner?: Partner | undefined;
}

/** A counter of attempts and its limit. */
interface Counter {
  readonly key: string;
  readonly limit: Limit;
  /** Whether only time empties it: full of wrong attempts, it stays full until its window ends. */
  readonly onlyTimeEmpties?: true;
}

/** The counters of an attempt. Checks wait for each other by the first: the account's, if any. */
export type Counters = readonly [first: Counter, ...others: Counter[]];

/** A counter that has no room, and for how many milliseconds. */
interface NoRoom {
  readonly counter: Counter;
  readonly wait: number;
}

/** The share of a partner's limit that one reported address may use, so that it can't block all. */
const REPORTED_SHARE = 1 / 5;

/** The counter of attempts that proved wrong; the rest still run, maybe in another process. */
const wrongOnes = (key: string): string => `${key}:wrong`;

export const networkKey = (address: string): string => `sign-in:network:${networkOf(address)}`;

const accountKey = (account: string, ...network: readonly string[]): string =>
  ["sign-in:account", account, ...network].join(":");

/** Returns the counters of an attempt. */
export function countersOf(
  { account, address, known, partner }: SignInAttempt,
  limits: Limits,
): Counters {
  const ofNetwork: Counter = {
    key: networkKey(address),
    limit: limits.network,
    onlyTimeEmpties: true,
  };
  if (account === undefined) return [ofNetwork];
  return [
    {
      key: known ? accountKey(account, networkOf(address)) : accountKey(account),
      limit: limits.account,
    },
    ofNetwork,
    ...(partner === undefined ? [] : partnerCounters(partner, limits)),
  ];
}

function partnerCounters(
  { clientId, reportedAddress }: Partner,
  { network: limit }: Limits,
): Counter[] {
  const ofClient: Counter = { key: `sign-in:client:${clientId}`, limit, onlyTimeEmpties: true };
  if (reportedAddress === "") return [ofClient];
  const share = { ...limit, tries: Math.max(1, Math.floor(limit.tries * REPORTED_SHARE)) };
  // The word in the key is older than the name `reportedAddress`; processes must agree on it.
  const key = `sign-in:told:${clientId}:${networkOf(reportedAddress)}`;
  return [ofClient, { key, limit: share, onlyTimeEmpties: true }];
}

/**
 * Returns the keys that an account is counted under: one for unknown networks, and one for each
 * network where its user has signed in before.
 */
async function accountKeys(
  { passwordChecks }: Aggregates,
  account: string,
): Promise<readonly string[]> {
  const networks = await passwordChecks.networks(account);
  return [accountKey(account), ...networks.map((network) => accountKey(account, network))];
}

async function clear({ attempts }: Aggregates, keys: readonly string[]): Promise<void> {
  for (const key of keys.flatMap((each) => [each, wrongOnes(each)])) await attempts.clear(key);
}

/** Clears the counter of an account for one network. */
export const clearNetwork = (tx: Aggregates, account: string, address: string): Promise<void> =>
  clear(tx, [accountKey(account, networkOf(address))]);

/** Clears every counter of an account. */
export const clearAccount = async (tx: Aggregates, account: string): Promise<void> =>
  clear(tx, await accountKeys(tx, account));

/** Returns how many wrong attempts for an account are counted at `now`, from any network. */
export async function countWrong(
  store: Aggregates,
  account: string,
  { windowMs }: Limit,
  now: number,
): Promise<number> {
  const keys = await accountKeys(store, account);
  const counts = await Promise.all(
    keys.map((key) => store.attempts.count(wrongOnes(key), windowMs, now)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

const takeOf = ({ key, limit: { tries, windowMs } }: Counter): AttemptTake => ({
  key,
  limit: tries,
  windowMs,
});

/** Counts an attempt under all counters or under none; returns the first that has no room. */
export async function take(
  store: Pick<Store, "attempts">,
  counters: Counters,
  now: number,
): Promise<NoRoom | undefined> {
  const { attempts } = store;
  while (!(await attempts.takeAll(counters.map(takeOf), now))) {
    // Only reads, because those who are refused must not wait for a row that many change. If none
    // is full any more, another attempt has been taken back meanwhile.
    for (const counter of counters) {
      const wait = await attempts.waitFor(takeOf(counter), now);
      if (wait > 0) return { counter, wait };
    }
  }
  return undefined;
}

/** Takes an attempt back from all counters. */
export const giveBack = ({ attempts }: Aggregates, counters: Counters): Promise<void> =>
  attempts.giveBack(...counters.map(({ key }) => key));

/** Records that an attempt proved wrong, so that it won't be taken back. */
export const recordWrong = (store: Store, counters: Counters, now: number): Promise<void> =>
  store.attempts.addAll(
    counters.map(({ key, limit }) => takeOf({ key: wrongOnes(key), limit })),
    now,
  );

/** Returns whether a counter holds only wrong attempts, so that no running check makes room. */
export const isFullOfWrongOnes = async (
  { attempts }: Aggregates,
  { key, limit }: Counter,
  now: number,
): Promise<boolean> => (await attempts.count(wrongOnes(key), limit.windowMs, now)) >= limit.tries;
