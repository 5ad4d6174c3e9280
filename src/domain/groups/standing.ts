import { stateAt } from "../accounts/user-state.ts";
import type { GroupInvitation } from "../model.ts";
import type { Aggregates } from "../store.ts";
import { giverOf, hasRank } from "./roles.ts";

/**
 * Returns whether the inviter can act and may still give the role. One who may not give it any more
 * can't give it by an older invitation.
 */
export async function isStanding(
  { groups, users }: Pick<Aggregates, "groups" | "users">,
  { groupId, invitedBy, role }: GroupInvitation,
  now: number,
): Promise<boolean> {
  if (invitedBy === undefined) return true;
  const inviter = await users.find(invitedBy);
  if (inviter === undefined || stateAt(inviter, now) !== "active") return false;
  const member = await groups.member(groupId, invitedBy);
  return member !== undefined && hasRank(member, giverOf(role));
}
