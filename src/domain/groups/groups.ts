// Groups: communities of users. It owns who may do what in them and must not know what else groups
// are used for.
import { act } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { callingUser, requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { newNumber } from "../clock.ts";
import { IdentityError, invalidField, userNotFound } from "../errors.ts";
import type { Group, GroupMember, GroupRole, User } from "../model.ts";
import { hasControls, isLongerThan, isVisible } from "../accounts/identifiers.ts";
import type { PageOf, PageRequest, PageTokens } from "../security/page-token.ts";
import type { Aggregates, Store } from "../store.ts";

/** More groups than this are not offered for a choice. */
const MAX_CHOICE = 500;

/** The longest name that the contract takes; pages take shorter ones. */
const MAX_CONTRACT_NAME = 200;

const RANK: Record<GroupRole, number> = { member: 1, administrator: 2, owner: 3 };

/** Whether a member has this role or one that may do more. */
export const hasRank = ({ role }: Pick<GroupMember, "role">, atLeast: GroupRole): boolean =>
  RANK[role] >= RANK[atLeast];

/**
 * Whether a member with this role may remove another: administrators remove members, owners
 * anybody.
 */
export const mayRemove = (role: GroupRole, { role: other }: Pick<GroupMember, "role">): boolean =>
  role === "owner" || (role === "administrator" && other === "member");

const notFound = (): IdentityError =>
  new IdentityError("GROUP_NOT_FOUND", "There is no such group, or none that you may see.");

const noMember = (): IdentityError =>
  new IdentityError("GROUP_MEMBER_NOT_FOUND", "The user is not a member.");

function refuse(outcome: "removed" | "changed" | "missing" | "last-owner"): void {
  if (outcome === "missing") throw noMember();
  if (outcome === "last-owner")
    throw new IdentityError(
      "GROUP_LAST_OWNER",
      "The last owner stays one; name another one first, or delete the group.",
    );
}

export class Groups {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, clock: Clock, pageTokens: PageTokens) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
  }

  /** Creates a group with its first owner. */
  async create(
    context: RequestContext,
    name: string,
    vkGroupId: bigint,
    ownerId: string,
  ): Promise<Group> {
    if (isLongerThan(name, MAX_CONTRACT_NAME))
      throw invalidField("name", `is longer than ${MAX_CONTRACT_NAME} characters`);
    if (!isVisible(name) || hasControls(name))
      throw invalidField("name", "is blank or holds characters that are not seen");
    await this.#requireActiveUser(ownerId);
    const now = this.#clock.now();
    for (;;) {
      const group: Group = { id: newNumber(this.#clock), name, vkGroupId, createdAt: now };
      const created = await act(this.#store, context.caller, async (tx) => {
        if (!(await tx.groups.insert(group))) return false;
        await tx.groups.addMember({
          groupId: group.id,
          userId: ownerId,
          role: "owner",
          createdAt: now,
        });
        await tx.audit.append(this.#event(context, "group.create", group.id, ownerId));
        return true;
      });
      if (created) return group;
    }
  }

  async get(context: RequestContext, id: bigint): Promise<Group> {
    await this.requireRole(context, id, "member");
    const group = await this.#store.groups.find(id);
    if (group === undefined) throw notFound();
    return group;
  }

  listOf(userId: string, request: PageRequest): Promise<PageOf<Group>> {
    return this.#pageTokens.page(
      ["groups", userId],
      request,
      ({ after, limit }) =>
        this.#store.groups.listOf(userId, {
          after: after === undefined ? undefined : BigInt(after),
          limit,
        }),
      (group) => group.id.toString(),
    );
  }

  /** The groups for which the user may speak; with a number of VK, only that one. */
  async administeredBy(userId: string, vkGroupId: bigint): Promise<readonly Group[]> {
    const groups = await this.#store.groups.listOf(userId, { limit: MAX_CHOICE }, [
      "administrator",
      "owner",
    ]);
    return vkGroupId === 0n ? groups : groups.filter((group) => group.vkGroupId === vkGroupId);
  }

  async delete(context: RequestContext, id: bigint): Promise<void> {
    await this.#change(context, id, async (tx) => {
      await this.#requireRank(tx, context, id, "owner");
      if (!(await tx.groups.delete(id))) throw notFound();
      await tx.audit.append(this.#event(context, "group.delete", id, undefined));
    });
  }

  /** Adds a member; only owners name administrators and owners. */
  async addMember(
    context: RequestContext,
    id: bigint,
    userId: string,
    role: GroupRole,
  ): Promise<GroupMember> {
    return this.#change(context, id, async (tx) => {
      await this.#requireRank(tx, context, id, role === "member" ? "administrator" : "owner");
      const user = await this.#requireActiveUser(userId, tx);
      // Of another realm, whose names are other people's, there is nobody to add.
      if (!(await this.#isOfRealm(tx, id, user.realm))) throw userNotFound();
      const member: GroupMember = { groupId: id, userId, role, createdAt: this.#clock.now() };
      if (!(await tx.groups.addMember(member)))
        throw new IdentityError("GROUP_MEMBER_EXISTS", "The user is a member already.");
      await tx.audit.append(this.#event(context, "group.add_member", id, userId));
      return member;
    });
  }

  /** Removes a member. Administrators remove members, owners anybody, and everybody themselves. */
  async removeMember(context: RequestContext, id: bigint, userId: string): Promise<void> {
    const isOneself = callingUser(context.caller)?.id === userId;
    await this.#change(context, id, async (tx) => {
      await this.requireRole(context, id, isOneself ? "member" : "administrator", tx);
      const member = await tx.groups.member(id, userId);
      if (member === undefined) throw noMember();
      // An owner who leaves gives up what only an owner gives.
      if (isOneself ? member.role === "owner" : member.role !== "member")
        await this.#requireRank(tx, context, id, "owner");
      refuse(await tx.groups.removeMember(id, userId, this.#clock.now()));
      // Keys for the group must not come back with a later membership.
      await tx.grants.deleteFor(userId, id);
      await tx.audit.append(this.#event(context, "group.remove_member", id, userId));
    });
  }

  /** Gives a member another role, which only owners do. */
  async changeRole(
    context: RequestContext,
    id: bigint,
    userId: string,
    role: GroupRole,
  ): Promise<void> {
    await this.#change(context, id, async (tx) => {
      await this.#requireRank(tx, context, id, "owner");
      refuse(await tx.groups.changeRole(id, userId, role, this.#clock.now()));
      if (role === "member") await tx.grants.deleteFor(userId, id);
      await tx.audit.append(this.#event(context, "group.change_role", id, userId, { role }));
    });
  }

  async members(
    context: RequestContext,
    id: bigint,
    request: PageRequest,
  ): Promise<PageOf<GroupMember>> {
    await this.get(context, id);
    return this.#pageTokens.page(
      ["members", id.toString()],
      request,
      (page) => this.#store.groups.members(id, page),
      (member) => member.userId,
    );
  }

  /**
   * Refuses a user with less than this role. To those who are no members the group doesn't exist.
   * Clients that act for themselves have shown their scope and may do all.
   */
  async requireRole(
    { caller }: RequestContext,
    id: bigint,
    role: GroupRole,
    { groups }: Pick<Aggregates, "groups"> = this.#store,
  ): Promise<void> {
    const user = callingUser(caller);
    if (user === undefined) return;
    const member = await groups.member(id, user.id);
    if (member === undefined) throw notFound();
    if (!hasRank(member, role))
      throw new IdentityError("PERMISSION_DENIED", `Only an ${role} of the group can do this.`);
  }

  /** The same for an act: what only owners do needs their password, given a moment ago. */
  async #requireRank(
    tx: Aggregates,
    context: RequestContext,
    id: bigint,
    role: "administrator" | "owner",
  ): Promise<void> {
    await this.requireRole(context, id, role, tx);
    if (role === "owner") requireRecent(context.caller, this.#clock.now());
  }

  /**
   * One act in one group: the role that allows it is had until it is done, and of two acts one is
   * first.
   */
  #change<T>(
    { caller }: RequestContext,
    id: bigint,
    work: (tx: Aggregates) => Promise<T>,
  ): Promise<T> {
    return act(this.#store, caller, async (tx) => {
      if (!(await tx.groups.hold(id))) throw notFound();
      return work(tx);
    });
  }

  async #requireActiveUser(
    userId: string,
    { users }: Pick<Aggregates, "users"> = this.#store,
  ): Promise<User> {
    const user = await users.find(userId);
    if (user === undefined || user.state === "deleted") throw userNotFound();
    return user;
  }

  /** Whether the group is of this realm: that of its first member. */
  async #isOfRealm({ groups, users }: Aggregates, id: bigint, realm: string): Promise<boolean> {
    const [first] = await groups.members(id, { limit: 1 });
    const member = first && (await users.find(first.userId));
    return member === undefined || member.realm === realm;
  }

  #event(
    context: RequestContext,
    type: AuditType,
    id: bigint,
    userId: string | undefined,
    details: Record<string, string> = {},
  ) {
    return auditEvent(this.#clock, context, type, {
      userId,
      details: { group: id.toString(), ...details },
    });
  }
}
