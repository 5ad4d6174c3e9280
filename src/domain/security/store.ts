/** An attempt to count under a key, if fewer than `limit` are counted in its window. */
export interface AttemptTake {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

/** Counters that all processes share. */
export interface AttemptStore {
  /**
   * Counts one attempt under the key if fewer than `limit` are counted in the window, which begins
   * with the first. Returns 0 when it was counted, else the milliseconds until the window ends. A
   * window that ends later than one that begins now is none.
   */
  take(key: string, limit: number, windowMs: number, now: number): Promise<number>;
  /**
   * Counts one attempt as `take` does, for what may be done only so often. Its window lasts also
   * when the clock is put back, so a key must be of one thing, and never of a person or a network.
   * Returns whether it was counted.
   */
  spend(take: AttemptTake, now: number): Promise<boolean>;
  /**
   * Counts one attempt under all keys, or under none if one of them has no room. Returns whether it
   * was counted. It can't be used in a transaction.
   */
  takeAll(takes: readonly AttemptTake[], now: number): Promise<boolean>;
  /** Returns how long a key has no room, in milliseconds; 0 if it has. It only reads. */
  waitFor(take: AttemptTake, now: number): Promise<number>;
  /**
   * Counts one attempt under each key, up to its limit. It can't be used in a transaction.
   */
  addAll(takes: readonly AttemptTake[], now: number): Promise<void>;
  /** Returns how many attempts are counted under the key in the window that `now` is in. */
  count(key: string, windowMs: number, now: number): Promise<number>;
  /**
   * Takes one attempt back from each key. In a transaction on a Galera node that happens right
   * after the commit, and not at all if the process ends in between.
   */
  giveBack(...keys: readonly string[]): Promise<void>;
  clear(key: string): Promise<void>;
}

/** The networks from which a user has passed a password check. */
export interface PasswordCheckStore {
  record(userId: string, network: string, now: number): Promise<void>;
  /** Returns when the last one was. */
  last(userId: string, network: string): Promise<number | undefined>;
  /** Returns every recorded network. */
  networks(userId: string): Promise<string[]>;
  /** Removes all records of a user. */
  clear(userId: string): Promise<void>;
}
