// A bounded queue with turns: for each network, each address in it and each account there. It owns
// who gets a place, who gives way and whose turn it is, and must not know what is waited for.
import { type Among, Share } from "./fair-share.ts";

/** On whose behalf work is done. */
export interface Requester {
  /** The network that shares fairly with other networks. */
  readonly network: string;
  /** The address, or smaller network, within it. */
  readonly address: string;
  /** The account that the work is for, by the name that the request gives it. */
  readonly account: string;
  /** Whether the result is no longer wanted. */
  expired(): boolean;
}

/** A requester's place in the queue. */
export class Ticket {
  readonly requester: Requester;
  readonly path: readonly string[];
  /** Whether its turn can come: what precedes the work is done. */
  isReady = false;
  /** Whether the user of the account has signed in from this address before. */
  isKnown: boolean;

  constructor(requester: Requester, isKnown: boolean) {
    this.requester = requester;
    this.path = [requester.network, requester.address, requester.account];
    this.isKnown = isKnown;
  }
}

/** What came of a ticket that asked for a place. */
export interface Entry {
  readonly isAdmitted: boolean;
  /** The tickets that have lost their places: they had expired, or gave way. */
  readonly gone: readonly Ticket[];
}

/**
 * A network has at most a quarter of the places while others wait. Of all places the unknown can
 * rely on a quarter, the known on the rest.
 */
const PART = 4;
/**
 * So many times as many calls may prepare their work while few wait for a turn: most of them will
 * need none.
 */
const ROOM = 5;
/** So many turns are remembered for each place that there is at most. */
const REMEMBERED = 16;

export class FairQueue {
  readonly #places: number;
  readonly #part: number;
  readonly #all = new Share();
  /**
   * The networks of the last turns since the queue was empty, and how many turns each of them had.
   */
  #turns: string[] = [];
  readonly #had = new Map<string, number>();
  /**
   * How many callers may still show, before the next turn, whether they deserve a place: from
   * addresses that nobody is known to sign in from, and from others.
   */
  #chances: Record<"known" | "unknown", number>;
  readonly #chancesPerTurn: number;
  readonly #remembered: number;
  /** Whether the expired tickets were taken out since the last turn. */
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
   * Whether `enter` may find a place for a caller of whom no more is known yet than the address,
   * and whether users have signed in from there. Where the account would decide, so many callers
   * get the chance to name it for each turn.
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

  /**
   * Gives the ticket a place: a free one, that of an expired ticket, or that of one which has to
   * give way.
   */
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

  /** Gives a place to a ticket that was admitted before, beyond all places if need be. */
  readmit(ticket: Ticket): void {
    this.#all.add(ticket);
  }

  /**
   * Notes that the work of a ticket is prepared. While all places are taken by such tickets, one of
   * them has to give way, or it loses its own.
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

  /** Notes that the user of a ticket is known. */
  know(ticket: Ticket): void {
    this.#all.update(ticket, { isKnown: true });
  }

  /** Takes out the ticket whose turn it is, be it expired; undefined when none is ready. */
  next(): Ticket | undefined {
    if (this.#all.ready === 0) return undefined;
    let share = this.#all;
    while (share.members.size > 0) share = share.turn();
    const ticket = share.tickets.find(({ isReady }) => isReady)!;
    if (!ticket.requester.expired()) this.#remember(ticket.path[0]!);
    this.leave(ticket);
    return ticket;
  }

  /** Takes a ticket out. */
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

  /** Whether there is a place that no ticket has. */
  #isFree(network: string): boolean {
    // The tries that one account may have under way fit, so that a burst for it is told of its own
    // limit.
    const places = this.#all.ready <= this.#part ? ROOM * this.#places : this.#places;
    return this.#all.size < places && !this.#isOver(network);
  }

  /** Whether a network has all that it may have while others wait. */
  #isOver(network: string): boolean {
    const size = this.#all.members.get(network)?.size ?? 0;
    return size >= this.#part && size < this.#all.size;
  }

  /**
   * The network that should give way to another: that waits for more and had more of late, so that
   * the two would not just change places. When the unknown have their quarter, what they find
   * greedy is none that waits for known users only and has no more than its own quarter.
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

  /**
   * The expired tickets, once for each turn: others in their places would cost a look at all of
   * them.
   */
  #sweep(): Ticket[] {
    if (this.#isSwept) return [];
    this.#isSwept = true;
    const expired = this.#all.list().filter(({ requester }) => requester.expired());
    for (const ticket of expired) this.leave(ticket);
    return expired;
  }

  /** Who has to give way to a ticket for which no place is free. */
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
   * One of the unknown for one that is known, while they have more than a quarter of the places;
   * one of the known while they have less.
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
