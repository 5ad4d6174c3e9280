import type { Group, GroupInvitation, GroupMember, GroupRole } from "../model.ts";
import type { StorePage } from "../paging.ts";

export interface GroupStore {
  /** Returns false when another group has the number. */
  insert(group: Group): Promise<boolean>;
  find(id: bigint): Promise<Group | undefined>;
  /** Lists the groups of a member by id, ascending; only those with one of `roles`, if given. */
  listOf(userId: string, page: StorePage<bigint>, roles?: readonly GroupRole[]): Promise<Group[]>;
  /** Deletes a group with its members and invitations. */
  delete(id: bigint): Promise<boolean>;
  /** Returns false when the user is already a member. */
  addMember(member: GroupMember): Promise<boolean>;
  member(groupId: bigint, userId: string): Promise<GroupMember | undefined>;
  /** Lists by user id, ascending. */
  members(groupId: bigint, page: StorePage): Promise<GroupMember[]>;
  /**
   * Keeps other transactions from changing the members until this one ends. Returns false when
   * there is no such group.
   */
  hold(id: bigint): Promise<boolean>;
  /**
   * Removes a member. An owner is removed only if another owner can act, that is, is neither
   * deleted nor locked at `now`.
   */
  removeMember(
    groupId: bigint,
    userId: string,
    now: number,
  ): Promise<"removed" | "missing" | "last-owner">;
  /** Changes the role of a member; that of an owner only if another owner can act. */
  changeRole(
    groupId: bigint,
    userId: string,
    role: GroupRole,
    now: number,
  ): Promise<"changed" | "missing" | "last-owner">;
  /** Counts the members with the role who can act. */
  countMembers(groupId: bigint, role: GroupRole, now: number): Promise<number>;
}

/** Invitations that wait for an answer, and declined ones. Each user has at most one to a group. */
export interface GroupInvitationStore {
  /** Replaces an older invitation of the user to the group. */
  put(invitation: GroupInvitation): Promise<void>;
  /** Finds also one that has expired or was declined. */
  find(groupId: bigint, userId: string): Promise<GroupInvitation | undefined>;
  /** Removes one that was not declined. Returns false when there is none. */
  remove(groupId: bigint, userId: string): Promise<boolean>;
  /** Marks one that waits at `now` as declined until a time. Returns false when there is none. */
  decline(groupId: bigint, userId: string, now: number, until: number): Promise<boolean>;
  /** Lists those to a group that wait at `now`, by user id, ascending. */
  listOf(groupId: bigint, now: number, page: StorePage): Promise<GroupInvitation[]>;
  /** Lists those to a user that wait at `now`, by group id, ascending. */
  listFor(userId: string, now: number, page: StorePage<bigint>): Promise<GroupInvitation[]>;
  /** Removes those to a group that a user has made with one of these roles and that wait. */
  removeBy(groupId: bigint, inviterId: string, roles: readonly GroupRole[]): Promise<void>;
  /** Removes all to a user, the declined too. */
  removeFor(userId: string): Promise<void>;
}
