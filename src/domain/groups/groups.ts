import { act } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { callingUser, requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { newNumber } from "../ids.ts";
import { IdentityError, invalidField, userNotFound } from "../errors.ts";
import type { AuditEvent, Group, GroupMember, GroupRole, User } from "../model.ts";
import { hasControls, isLongerThan, isVisible } from "../text.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Aggregates, Store } from "../store.ts";

/** The longest list of groups that a page offers for a choice. */
const MAX_CHOICE = 500;

/** The longest name that the contract accepts; pages accept shorter ones. */
const MAX_CONTRACT_NAME = 200;

const RANK: Record<GroupRole, number> = { member: 1, administrator: 2, owner: 3 };

/** Returns whether a member has this role or a higher one. */
export const hasRank = ({ role }: Pick<GroupMember, "role">, atLeast: GroupRole): boolean =>
  RANK[role] >= RANK[atLeast];

/** Returns whether a role may remove a member: administrators only plain members, owners all. */
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
      "The group needs an owner: make another member an owner first, or delete the group.",
    );
}

interface GroupsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly pageTokens: PageTokens;
}

/** The facts of an audit event about a group. */
interface GroupEvent {
  readonly type: AuditType;
  readonly id: bigint;
  readonly userId?: string;
  readonly details?: Readonly<Record<string, string>>;
}

export class Groups {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;

  constructor({ store, clock, pageTokens }: GroupsDependencies) {
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
        await tx.audit.append(
          this.#event(context, { type: "group.create", id: group.id, userId: ownerId }),
        );
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

  /** Returns the groups that the user administers; with a VK number, only that group. */
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
      await tx.audit.append(this.#event(context, { type: "group.delete", id }));
    });
  }

  /** Adds a member. Only owners add administrators and owners. */
  async addMember(
    context: RequestContext,
    id: bigint,
    userId: string,
    role: GroupRole,
  ): Promise<GroupMember> {
    return this.#change(context, id, async (tx) => {
      await this.#requireRank(tx, context, id, role === "member" ? "administrator" : "owner");
      const user = await this.#requireActiveUser(userId, tx);
      // A user of another realm can't be added: names there belong to other people.
      if (!(await this.#isOfRealm(tx, id, user.realm))) throw userNotFound();
      const member: GroupMember = { groupId: id, userId, role, createdAt: this.#clock.now() };
      if (!(await tx.groups.addMember(member)))
        throw new IdentityError("GROUP_MEMBER_EXISTS", "The user is a member already.");
      await tx.audit.append(this.#event(context, { type: "group.add_member", id, userId }));
      return member;
    });
  }

  /** Removes a member. Administrators remove members, owners all, and each user can leave. */
  async removeMember(context: RequestContext, id: bigint, userId: string): Promise<void> {
    const isOneself = callingUser(context.caller)?.id === userId;
    await this.#change(context, id, async (tx) => {
      await this.requireRole(context, id, isOneself ? "member" : "administrator", tx);
      const member = await tx.groups.member(id, userId);
      if (member === undefined) throw noMember();
      // An owner who leaves gives up ownership, which needs the rights of an owner.
      if (isOneself ? member.role === "owner" : member.role !== "member")
        await this.#requireRank(tx, context, id, "owner");
      refuse(await tx.groups.removeMember(id, userId, this.#clock.now()));
      // Keys for the group must not come back with a later membership.
      await tx.grants.deleteFor(userId, id);
      await tx.audit.append(this.#event(context, { type: "group.remove_member", id, userId }));
    });
  }

  /** Changes the role of a member. Only owners can. */
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
      const details = { role };
      await tx.audit.append(
        this.#event(context, { type: "group.change_role", id, userId, details }),
      );
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
   * Rejects a user below this role. For a user who is not a member, the group doesn't exist.
   * Clients that act for themselves may do everything: their scope has been checked.
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

  /** Like `requireRole`, for a change; a change only owners may make needs a recent password. */
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
   * Changes one group under its lock, so that the role which allows the change lasts until the end,
   * and changes of one group happen one after the other.
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

  /** Returns whether the group belongs to this realm, which is that of its first member. */
  async #isOfRealm({ groups, users }: Aggregates, id: bigint, realm: string): Promise<boolean> {
    const [first] = await groups.members(id, { limit: 1 });
    const member = first && (await users.find(first.userId));
    return member === undefined || member.realm === realm;
  }

  #event(context: RequestContext, { type, id, userId, details = {} }: GroupEvent): AuditEvent {
    return auditEvent(this.#clock, context, type, {
      userId,
      details: { group: id.toString(), ...details },
    });
  }
}
