/** Counters that all processes share. */
export interface AttemptStore {
  /**
   * Counts one attempt under the key if fewer than `limit` are counted in the window, which begins
   * with the first. Returns 0 when it was counted, else the milliseconds until the window ends. A
   * window that ends later than one that begins now is none.
   */
  take(key: string, limit: number, windowMs: number, now: number): Promise<number>;
  /** Returns how many attempts are counted under the key in the window that `now` is in. */
  count(key: string, windowMs: number, now: number): Promise<number>;
  /** Takes one attempt back. */
  giveBack(key: string): Promise<void>;
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
