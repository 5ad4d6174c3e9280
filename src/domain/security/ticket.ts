/** The party on whose behalf work is done. */
export interface Requester {
  /** The network that shares fairly with other networks. */
  readonly network: string;
  /** The address, or smaller network, within it. */
  readonly address: string;
  /** The account that the work is for, by the name that the request gives it. */
  readonly account: string;
  /** Returns true once the result is no longer needed. */
  expired(): boolean;
}

/** A requester's place in a fair queue. */
export class Ticket {
  readonly requester: Requester;
  readonly path: readonly string[];
  /** Whether the preparation of the work is done, so that the ticket can get a slot. */
  isReady = false;
  /** Whether the user of the account has signed in from this address before. */
  isKnown: boolean;

  constructor(requester: Requester, isKnown: boolean) {
    this.requester = requester;
    this.path = [requester.network, requester.address, requester.account];
    this.isKnown = isKnown;
  }
}
