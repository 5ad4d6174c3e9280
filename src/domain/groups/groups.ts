import { act } from "../acting.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, invalidField } from "../errors.ts";
import { newNumber } from "../ids.ts";
import type { Group, GroupMember, GroupRole } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import { callingUser } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Aggregates, Store } from "../store.ts";
import { hasControls, isLongerThan, isVisible } from "../text.ts";
import {
  changeGroup,
  groupEvent,
  memberExists,
  requireCandidate,
  requireUndeleted,
} from "./changes.ts";
import { giverOf, groupNotFound, hasRank, requireRank, requireRole } from "./roles.ts";

const ROLES: readonly GroupRole[] = ["member", "administrator", "owner"];

/** The longest list of groups that a page offers for a choice. */
const MAX_CHOICE = 500;

/** The longest name that the contract accepts; pages accept shorter ones. */
const MAX_CONTRACT_NAME = 200;

const noMember = (): IdentityError =>
  new IdentityError("GROUP_MEMBER_NOT_FOUND", "The user is not a member.");

const invitationRequired = (): IdentityError =>
  new IdentityError(
    "GROUP_INVITATION_REQUIRED",
    "A user is asked before becoming a member: use InviteGroupMember.",
  );

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
    await requireUndeleted(this.#store, ownerId);
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
          groupEvent(this.#clock, context, { type: "group.create", id: group.id, userId: ownerId }),
        );
        return true;
      });
      if (created) return group;
    }
  }

  async get(context: RequestContext, id: bigint): Promise<Group> {
    await this.requireRole(context, id, "member");
    const group = await this.#store.groups.find(id);
    if (group === undefined) throw groupNotFound();
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
      if (!(await tx.groups.delete(id))) throw groupNotFound();
      await tx.audit.append(groupEvent(this.#clock, context, { type: "group.delete", id }));
    });
  }

  /**
   * Adds a member. Only clients that act for themselves add one at once; a user invites, see
   * `Invitations`.
   */
  async addMember(
    context: RequestContext,
    id: bigint,
    userId: string,
    role: GroupRole,
  ): Promise<GroupMember> {
    return this.#change(context, id, async (tx) => {
      await this.#requireRank(tx, context, id, giverOf(role));
      await requireCandidate(tx, id, userId);
      const known = await tx.groups.member(id, userId);
      if (known !== undefined) throw memberExists();
      if (callingUser(context.caller) !== undefined) throw invitationRequired();
      const member: GroupMember = { groupId: id, userId, role, createdAt: this.#clock.now() };
      if (!(await tx.groups.addMember(member))) throw memberExists();
      await tx.groupInvitations.remove(id, userId);
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.add_member", id, userId }),
      );
      return member;
    });
  }

  /** Removes a member. Administrators remove members, owners all, and each user can leave. */
  async removeMember(context: RequestContext, id: bigint, userId: string): Promise<void> {
    const isOneself = callingUser(context.caller)?.id === userId;
    await this.#change(context, id, async (tx) => {
      await requireRole(tx, context, id, isOneself ? "member" : "administrator");
      const member = await tx.groups.member(id, userId);
      if (member === undefined) throw noMember();
      // An owner who leaves gives up ownership, which needs the rights of an owner.
      if (isOneself ? member.role === "owner" : member.role !== "member")
        await this.#requireRank(tx, context, id, "owner");
      refuse(await tx.groups.removeMember(id, userId, this.#clock.now()));
      await tx.groupInvitations.removeBy(id, userId, ROLES);
      // Keys for the group must not come back with a later membership.
      await tx.grants.deleteFor(userId, id);
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.remove_member", id, userId }),
      );
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
      const ended = ROLES.filter((each) => !hasRank({ role }, giverOf(each)));
      await tx.groupInvitations.removeBy(id, userId, ended);
      if (role === "member") await tx.grants.deleteFor(userId, id);
      const details = { role };
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.change_role", id, userId, details }),
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

  /** Rejects a user below this role. */
  requireRole(context: RequestContext, id: bigint, role: GroupRole): Promise<void> {
    return requireRole(this.#store, context, id, role);
  }

  /** Like `requireRole`, for a change. */
  #requireRank(
    tx: Aggregates,
    context: RequestContext,
    id: bigint,
    role: "administrator" | "owner",
  ): Promise<void> {
    return requireRank(tx, { context, now: this.#clock.now() }, id, role);
  }

  #change<T>(
    context: RequestContext,
    id: bigint,
    work: (tx: Aggregates) => Promise<T>,
  ): Promise<T> {
    return changeGroup(this.#store, context, id, work);
  }
}
