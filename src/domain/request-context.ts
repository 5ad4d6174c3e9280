import type { Language } from "./email/language.ts";
import type { Principal } from "./principal.ts";
import { placeOf } from "./security/networks.ts";
import type { Requester } from "./security/ticket.ts";

/** What makes a call the repetition of another one. */
export interface Repetition {
  /** The key that the caller has chosen for the call. */
  readonly key: string;
  /** The method and the request. */
  readonly request: Uint8Array;
}

/** What the domain knows of a call besides its message. */
export interface RequestContext {
  readonly caller: Principal;
  /** The address that the call came from. */
  readonly address: string;
  readonly userAgent: string;
  /** The language of e-mails that the call causes, if it is known. */
  readonly language?: Language;
  /** Undefined for a call without a key, and for one that is never repeated. */
  readonly repetition?: Repetition | undefined;
  /**
   * Returns whether the client no longer waits: it has disconnected, or its deadline has passed or
   * will in so many milliseconds.
   */
  expired(withinMs?: number): boolean;
}

/** Returns the requester that a fair queue counts this call under. */
export const requesterOf = (context: RequestContext, account: string): Requester => ({
  ...placeOf(context.address),
  account,
  expired: (withinMs) => context.expired(withinMs),
});
