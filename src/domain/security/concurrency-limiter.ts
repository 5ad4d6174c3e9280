import { requireTime } from "../call-time.ts";
import { ticks } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { FairQueue } from "./fair-queue.ts";
import { type Requester, Ticket } from "./ticket.ts";
import type { Load } from "../instrumentation.ts";
import { BoundedMap } from "./bounded-map.ts";
import { WorkTime } from "./work-time.ts";

/** The requester of work that the process does for itself. */
export const ownWork: Requester = { network: "", address: "", account: "", expired: () => false };

/** The error of a call that gets no place. */
export const overloaded = (): IdentityError =>
  new IdentityError("OVERLOADED", "Too many password checks at once.", { retryAfter: 1000 });
const late = (): IdentityError =>
  new IdentityError("DEADLINE_EXCEEDED", "The deadline passes before the call can be done.");

const knownKey = ({ address, account }: Requester): string => `${address} ${account}`;

/** A place in the queue, from before its work is prepared until it is done. */
export interface Place {
  /** Records that the user of the account has signed in from this address before. */
  markKnown(): void;
  /**
   * Runs work when a slot is free. Rejects with OVERLOADED when the place had to give way, and with
   * DEADLINE_EXCEEDED when the result is no longer needed, or as its call did when that has no time
   * left; the work then hasn't run.
   */
  run<T>(work: () => Promise<T>): Promise<T>;
}

/** The state of a ticket besides its place. */
interface Holder {
  isWaiting: boolean;
  lost: IdentityError | undefined;
  turn: PromiseWithResolvers<void>;
  /** Rejects when the place is lost. */
  readonly loss: PromiseWithResolvers<never>;
  /** When the last work ended; undefined before it. */
  doneAt: number | undefined;
}

/** As many wait at least, so that a slow machine takes a burst, and turns between networks. */
const LEAST_PLACES_PER_SLOT = 15;
/** For so long, it is known how long work takes. */
const LEARNT_MS = 1_000;
/** What follows work counts as no more than this: it may have to wait for another server. */
const LONGEST_REST_MS = 100;
/** How many known users and addresses are remembered. */
const REMEMBERED = 10_000;

export interface ConcurrencyLimiterOptions {
  /** How many run at once: as many as there are cores. */
  readonly slots: number;
  /** How many wait at most. */
  readonly places: number;
  /** How long those who wait should wait at most: fewer may while work takes longer. */
  readonly waitMs?: number;
  /** In milliseconds, for measuring. */
  readonly now?: () => number;
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
  readonly #waitMs: number | undefined;
  readonly #now: () => number;
  readonly #workTime: WorkTime;
  /** How long what follows takes, such as the commit, until the place is left. */
  readonly #restTime = new WorkTime(LONGEST_REST_MS);
  /**
   * Recent addresses of known users, and recent known users: a full queue can't wait for a query.
   */
  readonly #knownAddresses = new BoundedMap<true>(REMEMBERED);
  readonly #knownAccounts = new BoundedMap<true>(REMEMBERED);
  #busy = 0;
  #learntAt = -Infinity;

  constructor({
    slots,
    places,
    waitMs,
    now = ticks,
    onRefused = () => undefined,
  }: ConcurrencyLimiterOptions) {
    this.#slots = slots;
    this.#queue = new FairQueue(places, slots, now);
    this.#waitMs = waitMs;
    this.#now = now;
    this.#workTime = new WorkTime(waitMs ?? Infinity);
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
   * there is no place for this requester, and as soon as the place is lost. What is being prepared
   * then ends by itself.
   */
  async within<T>(requester: Requester, work: (place: Place) => Promise<T>): Promise<T> {
    const ticket = new Ticket(requester, this.#knownAccounts.get(knownKey(requester)) === true);
    const { isAdmitted, gone } = this.#queue.enter(ticket);
    for (const each of gone) this.#lose(each, each.requester.expired() ? late() : overloaded());
    if (!isAdmitted) {
      this.#onRefused();
      throw overloaded();
    }
    const holder: Holder = {
      isWaiting: true,
      lost: undefined,
      turn: Promise.withResolvers(),
      loss: Promise.withResolvers(),
      doneAt: undefined,
    };
    this.#holders.set(ticket, holder);
    return Promise.race([this.#hold(ticket, holder, work), holder.loss.promise]);
  }

  async #hold<T>(ticket: Ticket, holder: Holder, work: (place: Place) => Promise<T>): Promise<T> {
    try {
      return await work(this.#placeOf(ticket, holder));
    } finally {
      this.#holders.delete(ticket);
      if (holder.isWaiting) this.#queue.leave(ticket);
      if (holder.doneAt !== undefined) this.#restTime.took(this.#now() - holder.doneAt);
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
        requireTime();
        await this.#turnOf(ticket, holder);
        const begin = this.#now();
        try {
          return await work();
        } finally {
          holder.doneAt = this.#now();
          this.#learn(holder.doneAt - begin);
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
      this.#queue.readmit(ticket);
    }
    this.#begin();
    return holder.turn.promise;
  }

  /** Learns how long work takes, and how many places are not too many. */
  #learn(milliseconds: number): void {
    this.#workTime.took(milliseconds);
    this.#learntAt = this.#now();
    if (this.#waitMs === undefined) return;
    const places = Math.floor((this.#waitMs * this.#slots) / this.#workTime.mean!);
    this.#queue.resize(Math.max(LEAST_PLACES_PER_SLOT * this.#slots, places));
  }

  /**
   * Returns how long a caller has to wait for its answer if work begins now. Nothing is asked of a
   * call that is alone, and of the first one for a while: how else would one see that work takes
   * less now?
   */
  #neededMs(): number {
    const isAlone = this.#busy === 0 && this.#queue.size === 1;
    const isKnown = this.#now() - this.#learntAt < LEARNT_MS;
    return isKnown && !isAlone ? this.#workTime.usual + (this.#restTime.mean ?? 0) : 0;
  }

  /** Gives the free slots to the next tickets whose callers still wait. */
  #begin(): void {
    while (this.#busy < this.#slots) {
      const neededMs = this.#neededMs();
      const ticket = this.#queue.next(neededMs);
      if (ticket === undefined) return;
      const holder = this.#holders.get(ticket)!;
      if (ticket.requester.expired(neededMs)) {
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
    holder.loss.reject(error);
  }
}
