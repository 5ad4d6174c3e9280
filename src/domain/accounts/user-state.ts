import { DAY } from "../durations.ts";
import type { User, UserState } from "../model.ts";

/** How long a deleted user can be restored. */
export const RESTORABLE_MS = 30 * DAY;

/** Returns the state of a user at this time: a lock that has ended no longer counts. */
export const stateAt = (user: Pick<User, "state" | "lockUntil">, now: number): UserState =>
  user.state === "locked" && user.lockUntil !== undefined && user.lockUntil <= now
    ? "active"
    : user.state;

/**
 * Returns whether a session or token of this epoch is still valid for its user. It isn't once the
 * user has been locked or deleted, or all access has been ended.
 */
export const admits = <Known extends Pick<User, "state" | "lockUntil" | "epoch">>(
  user: Known | undefined,
  epoch: number,
  now: number,
): user is Known => user !== undefined && user.epoch === epoch && stateAt(user, now) === "active";
