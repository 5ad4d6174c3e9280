import { IdentityError } from "../errors.ts";
import type { UserConflict, UserStore } from "./store.ts";
import { lookOf } from "./usernames.ts";

/** The rule that a name breaks which can be mistaken for another user's name. */
export const LOOK_ALIKE = "look_alike";

/** Rejects a value that another user has; accepts undefined. */
export function refuseConflict(conflict: UserConflict | undefined): void {
  if (conflict === "email")
    throw new IdentityError("EMAIL_TAKEN", "Another user has this e-mail address.");
  if (conflict === "username")
    throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
  if (conflict === "look") {
    const description = "looks like another user's name";
    throw new IdentityError("USERNAME_TAKEN", `The user name ${description}.`, {
      fields: [{ field: "username", description, rule: LOOK_ALIKE }],
    });
  }
}

/**
 * Rejects a name that another user has, or that looks like another user's. This saves work early;
 * of two registrations at once, the database admits one.
 */
export async function refuseTakenName(
  users: UserStore,
  { realm, username, exceptId = "" }: { realm: string; username: string; exceptId?: string },
): Promise<void> {
  const look = lookOf(username);
  refuseConflict(await users.findConflict(realm, { username, look, exceptId }));
}
