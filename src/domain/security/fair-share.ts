import type { Ticket } from "./ticket.ts";

/** Of this many turns in a row, at least one is in order, and no member has two out of order. */
const OVERTAKING = 4;

/** Of which tickets: of all, of those that are ready, or of those of either that aren't settled. */
export type Among = "all" | "ready" | "unsettled" | "unsettled ready";

const isAmong = ({ isReady, isSettled }: Ticket, among: Among): boolean =>
  (isReady || !among.endsWith("ready")) && !(isSettled && among.startsWith("unsettled"));

/** How many tickets there are of each kind. */
class Counts {
  size = 0;
  known = 0;
  ready = 0;
  readyAndKnown = 0;

  count({ isKnown, isReady }: Ticket, by: 1 | -1): void {
    this.size += by;
    if (isKnown) this.known += by;
    if (isReady) this.ready += by;
    if (isKnown && isReady) this.readyAndKnown += by;
  }
}

/** The waiting tickets of all networks, of one network, of one address or of one account. */
export class Share extends Counts {
  /** In the order of their turns; an account has none. */
  readonly members = new Map<string, Share>();
  /** The oldest first; only an account has them. */
  readonly tickets: Ticket[] = [];
  readonly #unsettled = new Counts();
  /** The members that overtook others in the last turns; empty for a turn in order. */
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

  update(
    ticket: Ticket,
    changes: Partial<Pick<Ticket, "isReady" | "isKnown" | "isSettled">>,
  ): void {
    const shares = this.#alongPath(ticket);
    for (const share of shares) share.#count(ticket, -1);
    Object.assign(ticket, changes);
    for (const share of shares) share.#count(ticket, 1);
  }

  /**
   * Returns the next member and moves it to the end. It is the one that has waited longest, or a
   * known one that may overtake it.
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
   * Returns the largest member if it should give way to another. The two must not just swap, unless
   * a known one displaces an unknown one.
   */
  largerThan(key: string, isKnown: boolean, among: Among): Share | undefined {
    const size = (this.members.get(key)?.size ?? 0) + 1;
    return this.most(
      (each) => each.size,
      (each, its) =>
        each.has(among) && (its > size || (its === size && isKnown && each.has(among, false))),
    );
  }

  /** Returns the member with the largest measure among those that qualify. */
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
   * Returns the newest ticket of the member that has most. It is an unknown one if there are any,
   * unless the caller names the kind.
   */
  newest(among: Among, isKnown = !this.has(among, false)): Ticket {
    if (this.members.size === 0)
      return this.tickets.findLast(
        (ticket) => ticket.isKnown === isKnown && isAmong(ticket, among),
      )!;
    return this.most(
      (each) => each.size,
      (each) => each.has(among, isKnown),
    )!.newest(among, isKnown);
  }

  /** Returns whether there is a ticket of a kind. */
  has(among: Among, isKnown?: boolean): boolean {
    const counts = among.startsWith("unsettled") ? this.#unsettled : this;
    const [size, known] = among.endsWith("ready")
      ? [counts.ready, counts.readyAndKnown]
      : [counts.size, counts.known];
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

  #count(ticket: Ticket, by: 1 | -1): void {
    this.count(ticket, by);
    if (!ticket.isSettled) this.#unsettled.count(ticket, by);
  }
}
