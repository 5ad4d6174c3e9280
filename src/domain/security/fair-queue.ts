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
/** A ready ticket that came so long ago no longer gives way: a refusal must come soon or never. */
const SETTLED_MS = 25;
/** A ticket that has been ready for so long has its turn before others that are as they should. */
const LATE_MS = 600;
/** How many turns are remembered for each place. */
const REMEMBERED = 16;

const partOf = (places: number): number => Math.max(1, Math.floor(places / PART));

/**
 * A bounded queue that is fair between networks, between the addresses of a network, and between
 * the accounts of an address. It decides which ticket gets a place, which gives way and which is
 * next.
 */
export class FairQueue {
  readonly #most: number;
  readonly #now: () => number;
  #places: number;
  #part: number;
  readonly #all = new Share();
  /** Those that may have to give way, and those that wait for a slot; the oldest first. */
  readonly #unsettled = new Set<Ticket>();
  readonly #ready = new Set<Ticket>();
  /** Whether the last turn was that of a late ticket. */
  #wasLate = false;
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

  /** `now` is in milliseconds. */
  constructor(places: number, chancesPerTurn: number, now: () => number) {
    this.#most = places;
    this.#now = now;
    this.#places = places;
    this.#part = partOf(places);
    this.#remembered = REMEMBERED * places;
    this.#chancesPerTurn = chancesPerTurn;
    this.#chances = { known: chancesPerTurn, unknown: chancesPerTurn };
  }

  get size(): number {
    return this.#all.size;
  }

  /** Sets how many places there are, up to as many as at first. No ticket loses its own. */
  resize(places: number): void {
    this.#places = Math.min(this.#most, places);
    this.#part = partOf(this.#places);
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
    this.#settle();
    if (this.#isFree({ path: [network] })) return true;
    const own = this.#all.members.get(network);
    if (
      this.#greedier(network, isKnown, "unsettled") !== undefined ||
      own?.largerThan(address, false, "unsettled") !== undefined ||
      this.#mayExceed(network, this.#greedier(network, isKnown, "all")) ||
      (own?.largerThan(address, false, "all") !== undefined && this.#mayExceed(network, own))
    )
      return true;
    const kind = isKnown ? "known" : "unknown";
    if (this.#chances[kind] === 0) return false;
    this.#chances[kind]--;
    return true;
  }

  /**
   * Gives the ticket a free place, that of an expired ticket, or that of one that gives way. Where
   * those that should give way have waited too long, it gets one of a few places more.
   */
  enter(ticket: Ticket): Entry {
    this.#settle();
    const gone = this.#isFree(ticket) ? [] : this.#sweep();
    if (!this.#isFree(ticket)) {
      const victim = this.#victimOf(ticket, "unsettled");
      if (victim !== undefined) {
        this.leave(victim);
        gone.push(victim);
      } else if (!this.#mayExceed(ticket.path[0]!, this.#greedyOf(ticket, "all")))
        return { isAdmitted: false, gone };
    }
    ticket.enteredAt = this.#now();
    this.#unsettled.add(ticket);
    this.#all.add(ticket);
    return { isAdmitted: true, gone };
  }

  /** Gives a place to a ticket that has had its turn and wants another, even if all are taken. */
  readmit(ticket: Ticket): void {
    ticket.isSettled = true;
    ticket.isReady = true;
    this.#all.add(ticket);
    this.#await(ticket);
  }

  /**
   * Records that the work of a ticket is prepared. While such tickets have all places, one of them
   * has to give way, or this ticket loses its own.
   */
  ready(ticket: Ticket): Entry {
    this.#settle();
    const gone: Ticket[] = [];
    if (this.#all.ready >= this.#placesFor(ticket)) {
      this.#all.remove(ticket);
      const victim = this.#victimOf(ticket, "unsettled ready");
      const greedy = this.#greedyOf(ticket, "ready");
      const mayStay = this.#mayExceed(ticket.path[0]!, greedy, "ready");
      this.#all.add(ticket);
      if (victim !== undefined) gone.push(victim);
      else if (!mayStay) gone.push(ticket);
      for (const each of gone) this.leave(each);
      if (gone.includes(ticket)) return { isAdmitted: false, gone: [] };
    }
    this.#all.update(ticket, { isReady: true });
    this.#await(ticket);
    return { isAdmitted: true, gone };
  }

  /** Records that the user of a ticket is known. */
  know(ticket: Ticket): void {
    this.#all.update(ticket, { isKnown: true });
  }

  /**
   * Removes and returns the next ticket, even an expired one; undefined when none is ready. A turn
   * of a ticket whose caller won't wait for `neededMs` more doesn't count.
   */
  next(neededMs = 0): Ticket | undefined {
    if (this.#ready.size === 0) return undefined;
    const late = this.#late();
    const ticket = late ?? this.#inOrder();
    if (!ticket.requester.expired(neededMs)) {
      this.#remember(ticket.path[0]!);
      this.#wasLate = late !== undefined;
    }
    this.leave(ticket);
    return ticket;
  }

  /** Removes a ticket. */
  leave(ticket: Ticket): void {
    this.#all.remove(ticket);
    this.#unsettled.delete(ticket);
    this.#ready.delete(ticket);
    if (this.#all.size > 0) return;
    this.#turns = [];
    this.#had.clear();
  }

  /** Records since when a ticket waits for a slot. */
  #await(ticket: Ticket): void {
    ticket.readyAt = this.#now();
    this.#ready.add(ticket);
  }

  /** Lets the ready tickets that have waited for a while keep their places. */
  #settle(): void {
    const before = this.#now() - SETTLED_MS;
    for (const ticket of this.#unsettled) {
      if (ticket.enteredAt > before) return;
      if (!ticket.isReady) continue;
      this.#unsettled.delete(ticket);
      this.#all.update(ticket, { isSettled: true });
    }
  }

  /** Returns the ticket that has waited longest if it is late, at most every second turn. */
  #late(): Ticket | undefined {
    const [oldest] = this.#ready;
    return !this.#wasLate && oldest!.readyAt <= this.#now() - LATE_MS ? oldest : undefined;
  }

  /** Returns the ticket whose turn it is by the order of networks, addresses and accounts. */
  #inOrder(): Ticket {
    let share = this.#all;
    while (share.members.size > 0) share = share.turn();
    return share.tickets.find(({ isReady }) => isReady)!;
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

  /** Returns whether there is a free place for a ticket, or for one of a network. */
  #isFree({ path }: Pick<Ticket, "path">): boolean {
    // All attempts that one account may have at once fit, so that a burst for it meets the limit of
    // the account and not that of the queue; on a slow machine too.
    const places =
      this.#all.ready <= partOf(this.#most) ? ROOM * this.#most : this.#placesFor({ path });
    return this.#all.size < places && !this.#isOver(path[0]!);
  }

  /**
   * Returns whether a network gets a place more because another, whose tickets have waited too
   * long, doesn't give way: a few more, or the places of one that has more than its quarter.
   */
  #mayExceed(network: string, other: Share | undefined, count: "size" | "ready" = "size"): boolean {
    if (other === undefined || this.#isOver(network)) return false;
    const isOwn = other === this.#all.members.get(network);
    const its = isOwn ? Math.min(other[count], this.#places) : other[count];
    const more = other.size > this.#part ? its : this.#part;
    return this.#all[count] < this.#places + more;
  }

  /** Returns the network that would have to give way to a ticket, even if its own are settled. */
  #greedyOf(ticket: Ticket, among: Among): Share | undefined {
    const victim = this.#victimOf(ticket, among);
    return victim && this.#all.members.get(victim.path[0]!);
  }

  /** Returns how many places there are for a ticket: the process itself needs all at times. */
  #placesFor(ticket: Pick<Ticket, "path">): number {
    return ticket.path[0] === "" ? this.#most : this.#places;
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
