// Bounds how much heavy work runs at once. It owns the lanes and when work begins in them, and must
// not know what the work is; who gets a place and whose turn it is, the queue decides.
import { IdentityError } from "../errors.ts";
import { FairQueue, type Requester, Ticket } from "./fair-queue.ts";
import type { Load } from "../instrumentation.ts";
import { BoundedMap } from "./bounded-map.ts";

/** Work that is done for the process itself, by turns as it comes. */
export const ownWork: Requester = { network: "", address: "", account: "", expired: () => false };

/** What is said to who gets no place. */
export const overloaded = (): IdentityError =>
  new IdentityError("OVERLOADED", "Too many password checks at once.", { retryAfter: 1000 });
const late = (): IdentityError =>
  new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the password was checked.");

const knownKey = ({ address, account }: Requester): string => `${address} ${account}`;

/** A place in the queue, from before its work is prepared until it is done. */
export interface Place {
  /**
   * Notes that the user of the account has signed in from this address before; is remembered for a
   * while.
   */
  markKnown(): void;
  /**
   * Does work when its turn comes: OVERLOADED when the place had to be given up, DEADLINE_EXCEEDED,
   * undone, when the result is no longer wanted.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** What is known of a ticket besides its place. */
interface Holder {
  isWaiting: boolean;
  lost: IdentityError | undefined;
  turn: PromiseWithResolvers<void>;
}

/** How many known users are remembered. */
const REMEMBERED = 10_000;
export interface ConcurrencyLimiterOptions {
  /** How many run at once: as many as there are cores. */
  readonly lanes: number;
  /** How many wait at most. */
  readonly places: number;
  /** Hears of each who is refused for want of a place. */
  readonly onRefused?: () => void;
}

/** A few lanes and a short queue: what is beyond it is refused at once instead of late. */
export class ConcurrencyLimiter {
  readonly #lanes: number;
  readonly #queue: FairQueue;
  readonly #holders = new Map<Ticket, Holder>();
  readonly #onRefused: () => void;
  /**
   * Where known users came from of late, and which: a full queue can't wait for a look at the
   * database.
   */
  readonly #knownAddresses = new BoundedMap<true>(REMEMBERED);
  readonly #knownAccounts = new BoundedMap<true>(REMEMBERED);
  #busy = 0;

  constructor({ lanes, places, onRefused = () => undefined }: ConcurrencyLimiterOptions) {
    this.#lanes = lanes;
    this.#queue = new FairQueue(places, lanes);
    this.#onRefused = onRefused;
  }

  /** How many run and how many have a place. */
  get load(): Load {
    return { busy: this.#busy, waiting: this.#queue.size };
  }

  /**
   * Whether a caller may get a place, of whom only the address is known yet; when not, it is
   * refused without more work.
   */
  hasPlaceFor(requester: Pick<Requester, "network" | "address">): boolean {
    if (this.#queue.mayEnter(requester, this.#knownAddresses.get(requester.address) === true))
      return true;
    this.#onRefused();
    return false;
  }

  /**
   * Takes a place before anything else is done, and leaves it whatever comes; OVERLOADED when there
   * is none for this requester.
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

  /** Does work that needs nothing else. */
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

  /** Waits for the turn. Who has had one already is not refused any more. */
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

  /** Gives the free lanes to those whose turn it is and who still wait. */
  #begin(): void {
    while (this.#busy < this.#lanes) {
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
