// Groups: communities of users. It owns who may do what in them and must not know what else groups are used for.
import type { AuditType } from "./audit.ts";
import { auditEvent } from "./audit.ts";
import type { Context } from "./caller.ts";
import { callingUser } from "./caller.ts";
import type { Clock } from "./clock.ts";
import { newNumber } from "./clock.ts";
import { IdentityError, userNotFound } from "./errors.ts";
import type { Group, GroupMember, GroupRole } from "./model.ts";
import { hasControls, isLonger } from "./names.ts";
import type { PageOf, PageRequest, PageTokens } from "./page-token.ts";
import type { Store } from "./store.ts";

/** More groups than this are not offered for a choice. */
const MAX_CHOICE = 500;

/** The longest name that the contract takes; pages take shorter ones. */
const MAX_CONTRACT_NAME = 200;

const RANK: Record<GroupRole, number> = { member: 1, administrator: 2, owner: 3 };

/** Whether a member has this role or one that may do more. */
export const hasRank = ({ role }: Pick<GroupMember, "role">, atLeast: GroupRole): boolean => RANK[role] >= RANK[atLeast];

const notFound = (): IdentityError => new IdentityError("GROUP_NOT_FOUND", "There is no such group, or none that you may see.");

const noMember = (): IdentityError => new IdentityError("GROUP_MEMBER_NOT_FOUND", "The user is not a member.");

function refuse(outcome: "removed" | "changed" | "missing" | "last-owner"): void {
  if (outcome === "missing") throw noMember();
  if (outcome === "last-owner") throw new IdentityError("GROUP_LAST_OWNER", "The last owner stays one; name another one first, or delete the group.");
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
  async create(context: Context, name: string, vkGroupId: bigint, ownerId: string): Promise<Group> {
    if (isLonger(name, MAX_CONTRACT_NAME) || name.trim() === "" || hasControls(name)) {
      throw new IdentityError("FIELD_INVALID", "The name is blank or holds control characters.", { fields: [{ field: "name", description: "is blank or holds control characters" }] });
    }
    await this.#requireActiveUser(ownerId);
    const now = this.#clock.now();
    for (;;) {
      const group: Group = { id: newNumber(this.#clock), name, vkGroupId, createdAt: now };
      const created = await this.#store.transaction(async (tx) => {
        if (!(await tx.groups.insert(group))) return false;
        await tx.groups.addMember({ groupId: group.id, userId: ownerId, role: "owner", createdAt: now });
        await tx.audit.append(this.#event(context, "group.create", group.id, ownerId));
        return true;
      });
      if (created) return group;
    }
  }

  async get(context: Context, id: bigint): Promise<Group> {
    await this.requireRole(context, id, "member");
    const group = await this.#store.groups.find(id);
    if (group === undefined) throw notFound();
    return group;
  }

  listOf(userId: string, request: PageRequest): Promise<PageOf<Group>> {
    return this.#pageTokens.page(
      ["groups", userId],
      request,
      ({ after, limit }) => this.#store.groups.listOf(userId, { after: after === undefined ? undefined : BigInt(after), limit }),
      (group) => group.id.toString(),
    );
  }

  /** The groups for which the user may speak; with a number of VK, only that one. */
  async administeredBy(userId: string, vkGroupId: bigint): Promise<readonly Group[]> {
    const groups = await this.#store.groups.listOf(userId, { limit: MAX_CHOICE }, ["administrator", "owner"]);
    return vkGroupId === 0n ? groups : groups.filter((group) => group.vkGroupId === vkGroupId);
  }

  async delete(context: Context, id: bigint): Promise<void> {
    await this.requireRole(context, id, "owner");
    if (!(await this.#store.groups.delete(id))) throw notFound();
    await this.#store.audit.append(this.#event(context, "group.delete", id, undefined));
  }

  /** Adds a member; only owners name administrators and owners. */
  async addMember(context: Context, id: bigint, userId: string, role: GroupRole): Promise<GroupMember> {
    await this.requireRole(context, id, role === "member" ? "administrator" : "owner");
    if ((await this.#store.groups.find(id)) === undefined) throw notFound();
    await this.#requireActiveUser(userId);
    const member: GroupMember = { groupId: id, userId, role, createdAt: this.#clock.now() };
    if (!(await this.#store.groups.addMember(member))) throw new IdentityError("GROUP_MEMBER_EXISTS", "The user is a member already.");
    await this.#store.audit.append(this.#event(context, "group.add_member", id, userId));
    return member;
  }

  /** Removes a member. Administrators remove members, owners anybody, and everybody themselves. */
  async removeMember(context: Context, id: bigint, userId: string): Promise<void> {
    const self = callingUser(context.caller)?.id === userId;
    await this.requireRole(context, id, self ? "member" : "administrator");
    const member = await this.#store.groups.member(id, userId);
    if (member === undefined) throw noMember();
    if (!self && member.role !== "member") await this.requireRole(context, id, "owner");
    refuse(await this.#store.groups.removeMember(id, userId));
    await this.#store.audit.append(this.#event(context, "group.remove_member", id, userId));
  }

  /** Gives a member another role, which only owners do. */
  async changeRole(context: Context, id: bigint, userId: string, role: GroupRole): Promise<void> {
    await this.requireRole(context, id, "owner");
    refuse(await this.#store.groups.changeRole(id, userId, role));
    await this.#store.audit.append(this.#event(context, "group.change_role", id, userId, { role }));
  }

  async members(context: Context, id: bigint, request: PageRequest): Promise<PageOf<GroupMember>> {
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
  async requireRole(context: Context, id: bigint, role: GroupRole): Promise<void> {
    const user = callingUser(context.caller);
    if (user === undefined) return;
    const member = await this.#store.groups.member(id, user.id);
    if (member === undefined) throw notFound();
    if (!hasRank(member, role)) throw new IdentityError("PERMISSION_DENIED", `Only an ${role} of the group can do this.`);
  }

  async #requireActiveUser(userId: string): Promise<void> {
    const user = await this.#store.users.find(userId);
    if (user === undefined || user.state === "deleted") throw userNotFound();
  }

  #event(context: Context, type: AuditType, id: bigint, userId: string | undefined, details: Record<string, string> = {}) {
    return auditEvent(this.#clock, context, type, { userId, details: { group: id.toString(), ...details } });
  }
}
