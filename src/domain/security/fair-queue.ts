import { type Among, Share } from "./fair-share.ts";
import type { Requester, Ticket } from "./ticket.ts";

/** The result of asking for a place. */
export interface Entry {
  readonly isAdmitted: boolean;
  /** The tickets that have lost their places: they had expired, or had to give way. */
  readonly gone: readonly Ticket[];
}

/**
 * A network has at most a quarter of the places while others wait. A quarter of all places is
 * reserved for unknown requesters, the rest for known ones.
 */
const PART = 4;
/**
 * While few tickets wait for a slot, this many times as many calls may prepare their work. Most of
 * them will need no slot.
 */
const ROOM = 5;
/** How many turns are remembered for each place. */
const REMEMBERED = 16;

/**
 * A bounded queue that is fair between networks, between the addresses of a network, and between
 * the accounts of an address. It decides which ticket gets a place, which gives way and which is
 * next.
 */
export class FairQueue {
  readonly #places: number;
  readonly #part: number;
  readonly #all = new Share();
  /** The networks of the last turns since the queue was empty, and the turns of each. */
  #turns: string[] = [];
  readonly #had = new Map<string, number>();
  /**
   * How many callers may still, before the next turn, name their account to get a place: from
   * addresses where users have signed in before, and from others.
   */
  #chances: Record<"known" | "unknown", number>;
  readonly #chancesPerTurn: number;
  readonly #remembered: number;
  /** Whether the expired tickets have been removed since the last turn. */
  #isSwept = false;

  constructor(places: number, chancesPerTurn: number) {
    this.#places = places;
    this.#part = Math.max(1, Math.floor(places / PART));
    this.#remembered = REMEMBERED * places;
    this.#chancesPerTurn = chancesPerTurn;
    this.#chances = { known: chancesPerTurn, unknown: chancesPerTurn };
  }

  get size(): number {
    return this.#all.size;
  }

  /**
   * Returns whether `enter` may find a place for a caller of whom only the address is known, and
   * whether users have signed in from it. Where the account decides, a limited number of callers
   * for each turn get the chance to name it.
   */
  mayEnter(
    { network, address }: Pick<Requester, "network" | "address">,
    isKnown: boolean,
  ): boolean {
    if (this.#isFree(network) || this.#greedier(network, isKnown, "all") !== undefined) return true;
    const own = this.#all.members.get(network);
    if (own?.largerThan(address, false, "all") !== undefined) return true;
    const kind = isKnown ? "known" : "unknown";
    if (this.#chances[kind] === 0) return false;
    this.#chances[kind]--;
    return true;
  }

  /** Gives the ticket a free place, that of an expired ticket, or that of one that gives way. */
  enter(ticket: Ticket): Entry {
    const gone = this.#isFree(ticket.path[0]!) ? [] : this.#sweep();
    if (!this.#isFree(ticket.path[0]!)) {
      const victim = this.#victimOf(ticket, "all");
      if (victim === undefined) return { isAdmitted: false, gone };
      this.leave(victim);
      gone.push(victim);
    }
    this.readmit(ticket);
    return { isAdmitted: true, gone };
  }

  /** Gives a place to a ticket that was admitted before, even if all places are taken. */
  readmit(ticket: Ticket): void {
    this.#all.add(ticket);
  }

  /**
   * Records that the work of a ticket is prepared. While such tickets have all places, one of them
   * has to give way, or this ticket loses its own.
   */
  ready(ticket: Ticket): Entry {
    if (this.#all.ready < this.#places) {
      this.#all.update(ticket, { isReady: true });
      return { isAdmitted: true, gone: [] };
    }
    this.leave(ticket);
    const victim = this.#victimOf(ticket, "ready");
    if (victim === undefined) return { isAdmitted: false, gone: [] };
    this.leave(victim);
    ticket.isReady = true;
    this.readmit(ticket);
    return { isAdmitted: true, gone: [victim] };
  }

  /** Records that the user of a ticket is known. */
  know(ticket: Ticket): void {
    this.#all.update(ticket, { isKnown: true });
  }

  /** Removes and returns the next ticket, even an expired one; undefined when none is ready. */
  next(): Ticket | undefined {
    if (this.#all.ready === 0) return undefined;
    let share = this.#all;
    while (share.members.size > 0) share = share.turn();
    const ticket = share.tickets.find(({ isReady }) => isReady)!;
    if (!ticket.requester.expired()) this.#remember(ticket.path[0]!);
    this.leave(ticket);
    return ticket;
  }

  /** Removes a ticket. */
  leave(ticket: Ticket): void {
    this.#all.remove(ticket);
    if (this.#all.size > 0) return;
    this.#turns = [];
    this.#had.clear();
  }

  #remember(network: string): void {
    this.#chances = { known: this.#chancesPerTurn, unknown: this.#chancesPerTurn };
    this.#isSwept = false;
    this.#turns.push(network);
    this.#had.set(network, (this.#had.get(network) ?? 0) + 1);
    if (this.#turns.length <= this.#remembered) return;
    const oldest = this.#turns.shift()!;
    const left = this.#had.get(oldest)! - 1;
    if (left === 0) this.#had.delete(oldest);
    else this.#had.set(oldest, left);
  }

  /** Returns whether there is a free place for the network. */
  #isFree(network: string): boolean {
    // All attempts that one account may have at once fit, so that a burst for it meets the limit of
    // the account and not that of the queue.
    const places = this.#all.ready <= this.#part ? ROOM * this.#places : this.#places;
    return this.#all.size < places && !this.#isOver(network);
  }

  /** Returns whether a network has as many places as it may have while others wait. */
  #isOver(network: string): boolean {
    const size = this.#all.members.get(network)?.size ?? 0;
    return size >= this.#part && size < this.#all.size;
  }

  /**
   * Returns the network that should give way to another: it waits for more and had more of late, so
   * that the two would not just swap. When unknown requesters have their quarter, they don't
   * displace a network that waits for known users only and has no more than its own quarter.
   */
  #greedier(network: string, isKnown: boolean, among: Among): Share | undefined {
    if (this.#isOver(network)) return undefined;
    const greed = (share: Share | undefined, key: string): number =>
      (share?.size ?? 0) + (this.#had.get(key) ?? 0);
    const least = greed(this.#all.members.get(network), network) + 1;
    const mayTakeAny = isKnown || this.#unknown < this.#part;
    return this.#all.most(
      greed,
      (each, its) =>
        its > least &&
        each.has(among) &&
        (mayTakeAny || each.has(among, false) || each.size > this.#part),
    );
  }

  /** Removes the expired tickets, at most once for each turn, because it looks at all tickets. */
  #sweep(): Ticket[] {
    if (this.#isSwept) return [];
    this.#isSwept = true;
    const expired = this.#all.list().filter(({ requester }) => requester.expired());
    for (const ticket of expired) this.leave(ticket);
    return expired;
  }

  /** Returns the ticket that has to give way to one for which no place is free. */
  #victimOf(
    { path: [network, address, account], isKnown }: Ticket,
    among: Among,
  ): Ticket | undefined {
    const greedier = this.#greedier(network!, isKnown, among);
    if (greedier !== undefined) return greedier.newest(among);
    const own = this.#all.members.get(network!);
    const inside =
      own?.largerThan(address!, isKnown, among) ??
      own?.members.get(address!)?.largerThan(account!, isKnown, among);
    if (inside !== undefined) return inside.newest(among);
    return this.#isOver(network!) ? undefined : this.#otherKind(isKnown, among);
  }

  /**
   * Returns an unknown ticket to give way to a known one while the unknown have more than a quarter
   * of the places, or a known one to give way to an unknown one while they have less.
   */
  #otherKind(isKnown: boolean, among: Among): Ticket | undefined {
    const mayTake = isKnown ? this.#unknown > this.#part : this.#unknown < this.#part;
    return mayTake && this.#all.has(among, !isKnown)
      ? this.#all.newest(among, !isKnown)
      : undefined;
  }

  get #unknown(): number {
    return this.#all.size - this.#all.known;
  }
}
