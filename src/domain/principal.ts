import { CLOCK_SKEW, MINUTE } from "./durations.ts";
import { IdentityError } from "./errors.ts";
import type { AccessToken, Session, User } from "./model.ts";

/** The owner of the credential that a call carries. */
export type Principal =
  | { readonly kind: "anonymous" }
  /** A user with a session of their own. */
  | { readonly kind: "user"; readonly user: User; readonly session: Session }
  /** A client that acts for a user who has consented. */
  | { readonly kind: "delegate"; readonly user: User; readonly token: AccessToken }
  /** A client that acts for itself. */
  | { readonly kind: "client"; readonly token: AccessToken }
  /** A client that sends its secret as the key of a documented API; never made from a token. */
  | { readonly kind: "partner"; readonly clientId: string }
  /**
   * A person who runs a command on the server, and so has its database and its secret; never made
   * from a call.
   */
  | { readonly kind: "operator" };

/** The caller without a credential. */
export const anonymous: Principal = { kind: "anonymous" };

/** Returns the user that the caller is or acts for. */
export const callingUser = (caller: Principal): User | undefined =>
  caller.kind === "user" || caller.kind === "delegate" ? caller.user : undefined;

/** Returns the user that the caller is or acts for; rejects callers without one. */
export function requireUser(caller: Principal): User {
  const user = callingUser(caller);
  if (user === undefined) throw new IdentityError("PERMISSION_DENIED", "Only a user can do this.");
  return user;
}

/** How long after a password check a session may do sensitive actions. */
const RECENT_MS = 5 * MINUTE;

/**
 * Returns whether the session was opened with a password within the last five minutes. One that a
 * clock ahead of now opened is not: it would stay recent for as long as that clock was ahead.
 */
export const isRecent = (session: Session, now: number): boolean =>
  session.createdAt > now - RECENT_MS && session.createdAt <= now + CLOCK_SKEW;

/** Rejects an application that acts for a user. */
export function refuseDelegate(caller: Principal): void {
  if (caller.kind === "delegate")
    throw new IdentityError(
      "PERMISSION_DENIED",
      "An application that acts for a user can't do this.",
    );
}

/**
 * Rejects a sensitive action by a session whose password was checked too long ago, and by an
 * application that acts for a user. Clients that act for themselves and the operator need no recent
 * password.
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

/** Returns the caller as one word, for the audit trail and the log. */
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

/** Returns the ids that such a word holds. */
export const actorIds = (
  actor: string,
): readonly { readonly kind: "user" | "client"; readonly id: string }[] =>
  [...actor.matchAll(/\b(user|client):(\S+)/g)].map(([, kind, id]) => ({
    kind: kind as "user" | "client",
    id: id!,
  }));
