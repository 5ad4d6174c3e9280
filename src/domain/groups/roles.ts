import { IdentityError } from "../errors.ts";
import type { GroupMember, GroupRole } from "../model.ts";
import { callingUser, requireRecent } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Aggregates } from "../store.ts";

const RANK: Record<GroupRole, number> = { member: 1, administrator: 2, owner: 3 };

/** Returns whether a member has this role or a higher one. */
export const hasRank = ({ role }: Pick<GroupMember, "role">, atLeast: GroupRole): boolean =>
  RANK[role] >= RANK[atLeast];

/** Returns whether a role may remove a member: administrators only plain members, owners all. */
export const mayRemove = (role: GroupRole, { role: other }: Pick<GroupMember, "role">): boolean =>
  role === "owner" || (role === "administrator" && other === "member");

/** Returns the role that a member needs who gives this role to others. */
export const giverOf = (role: GroupRole): "administrator" | "owner" =>
  role === "member" ? "administrator" : "owner";

export const groupNotFound = (): IdentityError =>
  new IdentityError("GROUP_NOT_FOUND", "There is no such group, or none that you may see.");

/**
 * Rejects a user below this role. For a user who is not a member, the group doesn't exist. Clients
 * that act for themselves may do everything: their scope has been checked.
 */
export async function requireRole(
  { groups }: Pick<Aggregates, "groups">,
  { caller }: RequestContext,
  id: bigint,
  role: GroupRole,
): Promise<void> {
  const user = callingUser(caller);
  if (user === undefined) return;
  const member = await groups.member(id, user.id);
  if (member === undefined) throw groupNotFound();
  if (!hasRank(member, role))
    throw new IdentityError("PERMISSION_DENIED", `Only an ${role} of the group can do this.`);
}

/** Like `requireRole`, for a change; a change only owners may make needs a recent password. */
export async function requireRank(
  tx: Pick<Aggregates, "groups">,
  { context, now }: { readonly context: RequestContext; readonly now: number },
  id: bigint,
  role: "administrator" | "owner",
): Promise<void> {
  await requireRole(tx, context, id, role);
  if (role === "owner") requireRecent(context.caller, now);
}
