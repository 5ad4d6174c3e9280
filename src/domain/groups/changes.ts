// What every change of a group and of its members needs.
import { act } from "../acting.ts";
import { auditEvent, type AuditType } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { AuditEvent, User } from "../model.ts";
import type { RequestContext } from "../request-context.ts";
import type { Aggregates, Store } from "../store.ts";
import { groupNotFound } from "./roles.ts";

/** The facts of an audit event about a group. */
interface GroupEvent {
  readonly type: AuditType;
  readonly id: bigint;
  readonly userId?: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** Returns the audit event of a change of a group. */
export const groupEvent = (
  clock: Clock,
  context: RequestContext,
  { type, id, userId, details = {} }: GroupEvent,
): AuditEvent =>
  auditEvent(clock, context, type, { userId, details: { group: id.toString(), ...details } });

/**
 * Changes one group under its lock, so that the role which allows the change lasts until the end,
 * and changes of one group happen one after the other.
 */
export const changeGroup = <T>(
  store: Pick<Store, "transaction">,
  { caller }: RequestContext,
  id: bigint,
  work: (tx: Aggregates) => Promise<T>,
): Promise<T> =>
  act(store, caller, async (tx) => {
    if (!(await tx.groups.hold(id))) throw groupNotFound();
    return work(tx);
  });

/** Returns a user who may become a member. */
export async function requireUndeleted(
  { users }: Pick<Aggregates, "users">,
  userId: string,
): Promise<User> {
  const user = await users.find(userId);
  if (user === undefined || user.state === "deleted") throw userNotFound();
  return user;
}

/** Returns the realm of a group, which is that of its first member; undefined without members. */
export async function realmOfGroup(
  { groups, users }: Pick<Aggregates, "groups" | "users">,
  id: bigint,
): Promise<string | undefined> {
  const [first] = await groups.members(id, { limit: 1 });
  return first && (await users.find(first.userId))?.realm;
}

/**
 * Returns the user if the group can have that member. A user of another realm can't be one: names
 * there belong to other people.
 */
export async function requireCandidate(
  tx: Pick<Aggregates, "groups" | "users">,
  id: bigint,
  userId: string,
): Promise<User> {
  const user = await requireUndeleted(tx, userId);
  if (((await realmOfGroup(tx, id)) ?? user.realm) !== user.realm) throw userNotFound();
  return user;
}

export const memberExists = (): IdentityError =>
  new IdentityError("GROUP_MEMBER_EXISTS", "The user is a member already.");
