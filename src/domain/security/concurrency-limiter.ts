import { IdentityError } from "../errors.ts";
import { FairQueue } from "./fair-queue.ts";
import { type Requester, Ticket } from "./ticket.ts";
import type { Load } from "../instrumentation.ts";
import { BoundedMap } from "./bounded-map.ts";

/** The requester of work that the process does for itself. */
export const ownWork: Requester = { network: "", address: "", account: "", expired: () => false };

/** The error of a call that gets no place. */
export const overloaded = (): IdentityError =>
  new IdentityError("OVERLOADED", "Too many password checks at once.", { retryAfter: 1000 });
const late = (): IdentityError =>
  new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the password was checked.");

const knownKey = ({ address, account }: Requester): string => `${address} ${account}`;

/** A place in the queue, from before its work is prepared until it is done. */
export interface Place {
  /** Records that the user of the account has signed in from this address before. */
  markKnown(): void;
  /**
   * Runs work when a slot is free. Rejects with OVERLOADED when the place had to give way, and with
   * DEADLINE_EXCEEDED when the result is no longer needed; the work then hasn't run.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** The state of a ticket besides its place. */
interface Holder {
  isWaiting: boolean;
  lost: IdentityError | undefined;
  turn: PromiseWithResolvers<void>;
}

/** How many known users and addresses are remembered. */
const REMEMBERED = 10_000;

export interface ConcurrencyLimiterOptions {
  /** How many run at once: as many as there are cores. */
  readonly slots: number;
  /** How many wait at most. */
  readonly places: number;
  /** Called for each call that is refused because there is no place. */
  readonly onRefused?: () => void;
}

/**
 * Bounds how much expensive work runs at once: a few slots and a short queue. A call beyond the
 * queue is refused at once instead of late. `FairQueue` decides the order.
 */
export class ConcurrencyLimiter {
  readonly #slots: number;
  readonly #queue: FairQueue;
  readonly #holders = new Map<Ticket, Holder>();
  readonly #onRefused: () => void;
  /**
   * Recent addresses of known users, and recent known users: a full queue can't wait for a query.
   */
  readonly #knownAddresses = new BoundedMap<true>(REMEMBERED);
  readonly #knownAccounts = new BoundedMap<true>(REMEMBERED);
  #busy = 0;

  constructor({ slots, places, onRefused = () => undefined }: ConcurrencyLimiterOptions) {
    this.#slots = slots;
    this.#queue = new FairQueue(places, slots);
    this.#onRefused = onRefused;
  }

  /** How many run and how many have a place. */
  get load(): Load {
    return { busy: this.#busy, waiting: this.#queue.size };
  }

  /** Returns whether a caller of whom only the address is known may get a place. */
  hasPlaceFor(requester: Pick<Requester, "network" | "address">): boolean {
    if (this.#queue.mayEnter(requester, this.#knownAddresses.get(requester.address) === true))
      return true;
    this.#onRefused();
    return false;
  }

  /**
   * Takes a place, does the work and frees the place in any case. Rejects with OVERLOADED when
   * there is no place for this requester.
   */
  async within<T>(requester: Requester, work: (place: Place) => Promise<T>): Promise<T> {
    const ticket = new Ticket(requester, this.#knownAccounts.get(knownKey(requester)) === true);
    const { isAdmitted, gone } = this.#queue.enter(ticket);
    for (const each of gone) this.#lose(each, each.requester.expired() ? late() : overloaded());
    if (!isAdmitted) {
      this.#onRefused();
      throw overloaded();
    }
    const holder: Holder = { isWaiting: true, lost: undefined, turn: Promise.withResolvers() };
    this.#holders.set(ticket, holder);
    try {
      return await work(this.#placeOf(ticket, holder));
    } finally {
      this.#holders.delete(ticket);
      if (holder.isWaiting) this.#queue.leave(ticket);
    }
  }

  /** Runs work that needs no preparation. */
  run<T>(work: () => Promise<T>, requester: Requester): Promise<T> {
    return this.within(requester, (place) => place.run(work));
  }

  #placeOf(ticket: Ticket, holder: Holder): Place {
    return {
      markKnown: () => {
        this.#knownAddresses.set(ticket.requester.address, true);
        this.#knownAccounts.set(knownKey(ticket.requester), true);
        if (holder.isWaiting) this.#queue.know(ticket);
      },
      run: async (work) => {
        await this.#turnOf(ticket, holder);
        try {
          return await work();
        } finally {
          this.#busy--;
          this.#begin();
        }
      },
    };
  }

  /** Waits for a slot. A ticket that has had one already is no longer refused. */
  #turnOf(ticket: Ticket, holder: Holder): Promise<void> {
    if (holder.lost !== undefined) return Promise.reject(holder.lost);
    if (holder.isWaiting) {
      const { isAdmitted, gone } = this.#queue.ready(ticket);
      for (const each of gone) this.#lose(each, overloaded());
      if (!isAdmitted) {
        this.#lose(ticket, overloaded());
        return Promise.reject(holder.lost ?? overloaded());
      }
    } else {
      holder.turn = Promise.withResolvers();
      holder.isWaiting = true;
      ticket.isReady = true;
      this.#queue.readmit(ticket);
    }
    this.#begin();
    return holder.turn.promise;
  }

  /** Gives the free slots to the next tickets whose callers still wait. */
  #begin(): void {
    while (this.#busy < this.#slots) {
      const ticket = this.#queue.next();
      if (ticket === undefined) return;
      const holder = this.#holders.get(ticket)!;
      if (ticket.requester.expired()) {
        this.#lose(ticket, late());
        continue;
      }
      holder.isWaiting = false;
      this.#busy++;
      holder.turn.resolve();
    }
  }

  #lose(ticket: Ticket, error: IdentityError): void {
    const holder = this.#holders.get(ticket)!;
    holder.isWaiting = false;
    holder.lost = error;
    if (error.reason === "OVERLOADED") this.#onRefused();
    if (ticket.isReady) holder.turn.reject(error);
  }
}
