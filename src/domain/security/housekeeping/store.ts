/** A request for a lease. */
export interface LeaseRequest {
  readonly name: string;
  /** The process. */
  readonly holder: string;
  readonly now: number;
  /** When it ends unless it is renewed. */
  readonly until: number;
  /**
   * The work is due if it was put off to a time from `now` to here. A later time was written by a
   * clock that was wrong. Undefined: it is due at any time.
   */
  readonly dueWithin: number | undefined;
}

/** Rights that one process at a time has, by the clock that all processes share. */
export interface LeaseStore {
  /**
   * Takes the lease if the work is due and no other process holds it. The work stays due until the
   * lease is released.
   */
  take(request: LeaseRequest): Promise<boolean>;
  /** Puts the end off; false if another process has taken the lease. */
  renew(lease: Pick<LeaseRequest, "name" | "holder" | "until">): Promise<boolean>;
  /** Ends the lease, if the process still holds it. The work is due again at `dueAt`. */
  release(lease: Pick<LeaseRequest, "name" | "holder">, dueAt: number): Promise<void>;
}
