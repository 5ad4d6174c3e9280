// Who calls, and from where. It owns the kinds of callers and must not know which protocol they
// came by.
import { IdentityError } from "./errors.ts";
import type { Requester } from "./security/fair-queue.ts";
import type { Language } from "./email/language.ts";
import type { AccessToken, Session, User } from "./model.ts";

/** Who a credential belongs to. */
export type Principal =
  | { readonly kind: "anonymous" }
  /** A user with a session of their own. */
  | { readonly kind: "user"; readonly user: User; readonly session: Session }
  /** A client that acts for a user who agreed. */
  | { readonly kind: "delegate"; readonly user: User; readonly token: AccessToken }
  /** A client that acts for itself. */
  | { readonly kind: "client"; readonly token: AccessToken }
  /** A client that shows its secret as the key of a documented API; never comes by a token. */
  | { readonly kind: "partner"; readonly clientId: string }
  /**
   * Whoever runs a command on the server, and so has its database and its secret; never comes by a
   * call.
   */
  | { readonly kind: "operator" };

/** The caller without a credential. */
export const anonymous: Principal = { kind: "anonymous" };

/** What the domain knows of a call besides its message. */
export interface RequestContext {
  readonly caller: Principal;
  /** The address that the call came from. */
  readonly address: string;
  readonly userAgent: string;
  /** What letters that it causes are written in, if it is known. */
  readonly language?: Language;
  /** Whether the answer is no longer wanted: the deadline has passed or the caller has gone. */
  expired(): boolean;
}

/** The user that the caller is or acts for. */
export const callingUser = (caller: Principal): User | undefined =>
  caller.kind === "user" || caller.kind === "delegate" ? caller.user : undefined;

/** The same, for what only makes sense for a user. */
export function requireUser(caller: Principal): User {
  const user = callingUser(caller);
  if (user === undefined) throw new IdentityError("PERMISSION_DENIED", "Only a user can do this.");
  return user;
}

/** How long a password that was given opens what a stolen session must not. */
const RECENT_MS = 5 * 60_000;

/** Whether the session began with a password that was given a moment ago. */
export const isRecent = (session: Session, now: number): boolean =>
  session.createdAt > now - RECENT_MS;

/** Refuses an application that acts for a user what only the user does. */
export function refuseDelegate(caller: Principal): void {
  if (caller.kind === "delegate")
    throw new IdentityError("PERMISSION_DENIED", "No application does this for a user.");
}

/**
 * Refuses a sensitive act by a session whose password was given too long ago, or by an application
 * that acts for a user. Clients that act for themselves and the operator have shown what they may
 * do.
 */
export function requireRecent(caller: Principal, now: number): void {
  refuseDelegate(caller);
  if (caller.kind === "user" && !isRecent(caller.session, now)) {
    throw new IdentityError(
      "REAUTHENTICATION_REQUIRED",
      "Sign in again: this needs a password that was given within the last 5 minutes.",
    );
  }
}

/** The caller in one word, for the audit trail and the log. */
export function actorOf(caller: Principal): string {
  switch (caller.kind) {
    case "anonymous":
      return "anonymous";
    case "user":
      return `user:${caller.user.id}`;
    case "delegate":
      return `user:${caller.user.id} by client:${caller.token.clientId}`;
    case "client":
      return `client:${caller.token.clientId}`;
    case "partner":
      return `client:${caller.clientId}`;
    case "operator":
      return "operator";
  }
}

/** Whom such a word names. */
export const actorIds = (
  actor: string,
): readonly { readonly kind: "user" | "client"; readonly id: string }[] =>
  [...actor.matchAll(/\b(user|client):(\S+)/g)].map(([, kind, id]) => ({
    kind: kind as "user" | "client",
    id: id!,
  }));

/**
 * Where a call stands among those who wait: in its IPv4 /24 or IPv6 /64, and there with its
 * address.
 */
export function placeOf(address: string): Pick<Requester, "network" | "address"> {
  const network = networkOf(address);
  return {
    network: network.includes(":") ? network : network.slice(0, network.lastIndexOf(".") + 1),
    address: network,
  };
}

/**
 * On whose behalf a call has work done that others wait for too. `account` is the name that the
 * request gives it.
 */
export const requesterOf = (context: RequestContext, account: string): Requester => ({
  ...placeOf(context.address),
  account,
  expired: () => context.expired(),
});

/**
 * The network an address counts as: an IPv4 address alone, also in IPv6 (RFC 4291 section 2.5.5.2),
 * an IPv6 address with its /64.
 */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const mapped = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = address.split("%")[0]!.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const groups =
    tail === undefined
      ? left
      : [
          ...left,
          ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"),
          ...right,
        ];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
