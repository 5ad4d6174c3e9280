import { lineOfProfile } from "../../domain/accounts/attributes/profile-lines.ts";
import { RESTORABLE_MS, stateAt } from "../../domain/accounts/user-state.ts";
import type { User } from "../../domain/model.ts";

const time = (at: number | undefined): string | undefined =>
  at === undefined ? undefined : new Date(at).toISOString();

/** Returns a user as a command prints it: no hash, and the names of the import. */
export function shownUser(user: User, now: number): object {
  const state = stateAt(user, now);
  const isLocked = state === "locked";
  return {
    id: user.id,
    realm: user.realm,
    username: user.username,
    email: user.email,
    email_verified: user.emailVerifiedAt !== undefined,
    ...(user.accId !== "" && { acc_id: user.accId }),
    ...lineOfProfile(user.profile),
    state,
    has_password: user.passwordHash !== "",
    developer: user.developer,
    administrator: user.administrator,
    created_at: time(user.createdAt),
    updated_at: time(user.updatedAt),
    lock_reason: isLocked ? user.lockReason : undefined,
    lock_until: isLocked ? time(user.lockUntil) : undefined,
    deleted_at: time(user.deletedAt),
    restorable_until: time(user.deletedAt && user.deletedAt + RESTORABLE_MS),
  };
}
