import { findByAddress, findByName } from "../accounts/find-user.ts";
import { takingBack } from "../call-time.ts";
import type { Clock } from "../clock.ts";
import { HOUR } from "../durations.ts";
import { userNotFound } from "../errors.ts";
import type { User } from "../model.ts";
import { callingUser } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { countTry } from "../security/rate-limit.ts";
import type { Store } from "../store.ts";
import { realmOfGroup } from "./changes.ts";

/**
 * How often one user may name an unknown user. Without a limit, invitations would reveal who has an
 * account.
 */
const UNKNOWN_LIMIT = { tries: 20, windowMs: HOUR };

/** A user by id, name or e-mail address. */
export type Invitee =
  | { readonly userId: string }
  | { readonly username: string }
  | { readonly email: string };

/** Reads what a user types: a name never has an `@`, an address always does. */
export const inviteeOf = (text: string): Invitee =>
  text.includes("@") ? { email: text } : { username: text };

/** Finds the invited user. The tries of a user are counted, except for those that find one. */
export async function findInvitee(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  { caller }: RequestContext,
  groupId: bigint,
  invitee: Invitee,
): Promise<User> {
  const inviter = callingUser(caller);
  const key = `add-member:${inviter?.id}`;
  if (inviter !== undefined) await countTry(store, clock, key, UNKNOWN_LIMIT);
  const user = await find(store, inviter?.realm ?? (await realmOfGroup(store, groupId)), invitee);
  if (user === undefined || user.state === "deleted") throw userNotFound();
  if (inviter !== undefined) await takingBack(() => store.attempts.giveBack(key));
  return user;
}

async function find(
  { users }: Pick<Store, "users">,
  realm: string | undefined,
  invitee: Invitee,
): Promise<User | undefined> {
  if ("userId" in invitee) return users.find(invitee.userId);
  if (realm === undefined) return undefined;
  return "email" in invitee
    ? findByAddress(users, realm, invitee.email)
    : findByName(users, realm, invitee.username);
}
