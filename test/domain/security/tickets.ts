import { type Entry, type FairQueue } from "../../../src/domain/security/fair-queue.ts";
import { Ticket } from "../../../src/domain/security/ticket.ts";

/** How many places the queues of these tests have. */
export const PLACES = 12;
export const QUARTER = 3;
/** While few are ready, so many times as many may prepare. */
export const ROOM = 5;

/** Who has waited so long keeps the place; who has been ready so long is late. */
export const SETTLED_MS = 25;
export const LATE_MS = 600;

export interface Who {
  readonly network: string;
  readonly address?: string;
  readonly account?: string;
  readonly known?: boolean;
}

/** A ticket that the test can let expire. */
export function ticket({ network, address = "1", account = "ada", known = false }: Who) {
  const state = { isExpired: false };
  const made = new Ticket(
    { network, address: `${network}.${address}`, account, expired: () => state.isExpired },
    known,
  );
  return Object.assign(made, { expire: () => void (state.isExpired = true) });
}
export type TestTicket = ReturnType<typeof ticket>;

export const networkOf = ({ path: [network = ""] }: Ticket): string => network;

export function enter(queue: FairQueue, each: Ticket, isReady = true): Entry {
  const entry = queue.enter(each);
  if (!entry.isAdmitted || !isReady) return entry;
  const { isAdmitted, gone } = queue.ready(each);
  return { isAdmitted, gone: [...entry.gone, ...gone] };
}
