import type { Group, GroupMember, GroupRole } from "../model.ts";
import type { StorePage } from "../paging.ts";

export interface GroupStore {
  /** Returns false when another group has the number. */
  insert(group: Group): Promise<boolean>;
  find(id: bigint): Promise<Group | undefined>;
  /** Lists the groups of a member by id, ascending; only those with one of `roles`, if given. */
  listOf(userId: string, page: StorePage<bigint>, roles?: readonly GroupRole[]): Promise<Group[]>;
  /** Deletes a group with its members. */
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
