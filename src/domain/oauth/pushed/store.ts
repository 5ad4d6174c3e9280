/** An authorization request that a client has pushed, RFC 9126. */
export interface PushedRequest {
  /** The hash of its `request_uri`. */
  readonly hash: string;
  readonly clientId: string;
  /** The parameters of the request. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly createdAt: number;
  /** Until when it can begin in a browser. */
  readonly expiresAt: number;
  /** When it gave a code. */
  readonly usedAt?: number | undefined;
}

export interface PushedRequestStore {
  insert(request: PushedRequest): Promise<void>;
  find(hash: string): Promise<PushedRequest | undefined>;
  /** Marks the request as used. Returns true to exactly one caller. */
  use(hash: string, now: number): Promise<boolean>;
  /** Takes the use back that `use` has marked at this time. */
  giveBack(hash: string, usedAt: number): Promise<void>;
}
