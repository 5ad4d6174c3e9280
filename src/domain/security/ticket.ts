/** The party on whose behalf work is done. */
export interface Requester {
  /** The network that shares fairly with other networks. */
  readonly network: string;
  /** The address, or smaller network, within it. */
  readonly address: string;
  /** The account that the work is for, by the name that the request gives it. */
  readonly account: string;
  /** Returns whether the result is no longer needed, now or in so many milliseconds. */
  expired(withinMs?: number): boolean;
}

/** A requester's place in a fair queue. */
export class Ticket {
  readonly requester: Requester;
  readonly path: readonly string[];
  /** Whether the preparation of the work is done, so that the ticket can get a slot. */
  isReady = false;
  /** Whether the user of the account has signed in from this address before. */
  isKnown: boolean;
  /** Whether it keeps its place, because its caller has waited too long to be sent away. */
  isSettled = false;
  /** When it got a place, and since when it waits for a slot. */
  enteredAt = 0;
  readyAt = 0;

  constructor(requester: Requester, isKnown: boolean) {
    this.requester = requester;
    this.path = [requester.network, requester.address, requester.account];
    this.isKnown = isKnown;
  }
}
