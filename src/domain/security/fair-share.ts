// What waits of all, of a network, of an address or of an account. It owns the numbers and the
// order of turns among its members, and must not know how many may wait.
import type { Ticket } from "./fair-queue.ts";

/** Among so many turns in a row one at least is in order, and no member has two out of order. */
const OVERTAKING = 4;

/** All tickets, or those whose turn can come. */
export type Among = "all" | "ready";

export class Share {
  /** In the order of their turns; none of an account. */
  readonly members = new Map<string, Share>();
  /** The oldest first; of an account only. */
  readonly tickets: Ticket[] = [];
  size = 0;
  known = 0;
  ready = 0;
  readyAndKnown = 0;
  /** Who overtook others in the last turns; empty for a turn in order. */
  #overtakers: string[] = [];

  add(ticket: Ticket, depth = 0): void {
    this.#count(ticket, 1);
    const key = ticket.path[depth];
    if (key === undefined) return void this.tickets.push(ticket);
    const member = this.members.get(key) ?? new Share();
    this.members.set(key, member);
    member.add(ticket, depth + 1);
  }

  remove(ticket: Ticket, depth = 0): void {
    this.#count(ticket, -1);
    const key = ticket.path[depth];
    if (key === undefined) return void this.tickets.splice(this.tickets.indexOf(ticket), 1);
    const member = this.members.get(key)!;
    member.remove(ticket, depth + 1);
    if (member.size === 0) this.members.delete(key);
  }

  update(ticket: Ticket, changes: Partial<Pick<Ticket, "isReady" | "isKnown">>): void {
    const shares = this.#alongPath(ticket);
    for (const share of shares) share.#count(ticket, -1);
    Object.assign(ticket, changes);
    for (const share of shares) share.#count(ticket, 1);
  }

  /**
   * The member whose turn it is, which then is the last: who had none for the longest time, or one
   * that is known and may overtake it.
   */
  turn(): Share {
    let first: string | undefined;
    let known: string | undefined;
    for (const [key, member] of this.members) {
      if (member.ready === 0) continue;
      first ??= key;
      if (member.readyAndKnown === 0 || this.#overtakers.includes(key)) continue;
      known = key;
      break;
    }
    const mayOvertake = this.#overtakers.length < OVERTAKING - 1 || this.#overtakers.includes("");
    const chosen = (mayOvertake ? known : undefined) ?? first!;
    this.#overtakers = [...this.#overtakers, chosen === first ? "" : chosen].slice(1 - OVERTAKING);
    const member = this.members.get(chosen)!;
    this.members.delete(chosen);
    this.members.set(chosen, member);
    return member;
  }

  /**
   * The largest member, if it should give way to another: the two would not just change places,
   * unless one that is known takes that of one that isn't.
   */
  largerThan(key: string, isKnown: boolean, among: Among): Share | undefined {
    const size = (this.members.get(key)?.size ?? 0) + 1;
    return this.most(
      (each) => each.size,
      (each, its) =>
        each.has(among) && (its > size || (its === size && isKnown && each.has(among, false))),
    );
  }

  /** The member of which something is most, of those that may be it. */
  most(
    measure: (member: Share, key: string) => number,
    mayBe: (member: Share, its: number) => boolean,
  ): Share | undefined {
    let [most, found] = [0, undefined as Share | undefined];
    for (const [key, member] of this.members) {
      const its = measure(member, key);
      if (its < most || !mayBe(member, its)) continue;
      [most, found] = [its, member];
    }
    return found;
  }

  /**
   * The newest ticket of the member with the most of them; one of the unknown if there are any, or
   * of the kind that is asked for.
   */
  newest(among: Among, isKnown = !this.has(among, false)): Ticket {
    if (this.members.size === 0)
      return this.tickets.findLast(
        (ticket) => ticket.isKnown === isKnown && (among === "all" || ticket.isReady),
      )!;
    return this.most(
      (each) => each.size,
      (each) => each.has(among, isKnown),
    )!.newest(among, isKnown);
  }

  /** Whether any of the tickets are of a kind. */
  has(among: Among, isKnown?: boolean): boolean {
    const [size, known] =
      among === "all" ? [this.size, this.known] : [this.ready, this.readyAndKnown];
    return isKnown === undefined ? size > 0 : (isKnown ? known : size - known) > 0;
  }

  list(): readonly Ticket[] {
    return this.members.size === 0
      ? this.tickets
      : [...this.members.values()].flatMap((member) => member.list());
  }

  #alongPath({ path }: Ticket): readonly Share[] {
    const shares: Share[] = [this];
    for (const key of path) shares.push(shares.at(-1)!.members.get(key)!);
    return shares;
  }

  #count({ isKnown, isReady }: Ticket, by: 1 | -1): void {
    this.size += by;
    if (isKnown) this.known += by;
    if (isReady) this.ready += by;
    if (isKnown && isReady) this.readyAndKnown += by;
  }
}
