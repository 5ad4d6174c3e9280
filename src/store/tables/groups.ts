import type { Group, GroupMember, GroupRole } from "../../domain/model.ts";
import type { GroupStore } from "../../domain/groups/store.ts";
import { atomically, type Database, deleted, updated } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";
import { groupKey, groupNumber } from "./group-number.ts";
import type { Tables } from "../engine/schema.ts";

export const groupFromRow = (row: Tables["groups"]): Group => ({
  id: BigInt(row.id),
  name: row.name,
  vkGroupId: BigInt(row.vk_group_id),
  createdAt: row.created_at,
});

export const memberFromRow = (row: Tables["group_members"]): GroupMember => ({
  groupId: BigInt(row.group_id),
  userId: row.user_id,
  role: row.role as GroupRole,
  createdAt: row.created_at,
});

export const groupRow = (group: Group): Tables["groups"] => ({
  id: groupNumber(group.id),
  name: group.name,
  vk_group_id: group.vkGroupId.toString(),
  removals: 0,
  created_at: group.createdAt,
});

export const memberRow = (given: GroupMember): Tables["group_members"] => ({
  group_id: groupNumber(given.groupId),
  user_id: given.userId,
  role: given.role,
  created_at: given.createdAt,
});

/**
 * Locks the group. It must change something: Galera detects a conflict of two transactions only by
 * rows that both have changed.
 */
const hold = (db: Database, id: bigint): Promise<boolean> =>
  updated(
    db
      .updateTable("groups")
      .set((eb) => ({ removals: eb("removals", "+", 1) }))
      .where("id", "=", groupKey(id)),
  );

/**
 * Locks the group, so that owners are removed one after the other. Returns why the member may not
 * get this role or, without one, leave. An owner, even one who can't act, needs another owner who
 * can: otherwise a restored group would have no owner who can act.
 */
async function refusal(
  tx: Database,
  {
    groupId,
    userId,
    next,
    now,
  }: {
    readonly groupId: bigint;
    readonly userId: string;
    readonly next: GroupRole | undefined;
    readonly now: number;
  },
): Promise<"missing" | "last-owner" | undefined> {
  const member = (await hold(tx, groupId)) ? await groups(tx).member(groupId, userId) : undefined;
  if (member === undefined) return "missing";
  const staysOne = member.role !== "owner" || next === "owner";
  return staysOne || (await count(tx, { groupId, role: "owner", now, except: userId })) > 0
    ? undefined
    : "last-owner";
}

/** Counts the members with a role who can act: neither deleted nor locked. */
async function count(
  db: Database,
  {
    groupId,
    role,
    now,
    except = "",
  }: {
    readonly groupId: bigint;
    readonly role: GroupRole;
    readonly now: number;
    readonly except?: string;
  },
): Promise<number> {
  const { count } = await db
    .selectFrom("group_members")
    .leftJoin("users", "users.id", "group_members.user_id")
    .select((eb) => eb.fn.countAll<number>().as("count"))
    // The primary key begins with the group.
    .where("group_id", "=", groupKey(groupId))
    .where("role", "=", role)
    .where("user_id", "!=", except)
    .where("users.deleted_at", "is", null)
    .where((eb) =>
      eb.or([
        eb("users.locked", "is", null),
        eb("users.locked", "=", 0),
        eb("users.lock_until", "<=", now),
      ]),
    )
    .executeTakeFirstOrThrow();
  return count;
}

export function groups(db: Database): GroupStore {
  const member = async (groupId: bigint, userId: string) => {
    const query = db
      .selectFrom("group_members")
      .selectAll()
      .where("group_id", "=", groupKey(groupId));
    const row = await query.where("user_id", "=", userId).executeTakeFirst();
    return row && memberFromRow(row);
  };

  return {
    async insert(group) {
      return unlessDuplicate(db.insertInto("groups").values(groupRow(group)).execute());
    },

    async find(id) {
      const row = await db
        .selectFrom("groups")
        .selectAll()
        .where("id", "=", groupKey(id))
        .executeTakeFirst();
      return row && groupFromRow(row);
    },

    async listOf(userId, { after = 0n, limit }, roles = ["member", "administrator", "owner"]) {
      const rows = await db
        .selectFrom("group_members")
        .innerJoin("groups", "groups.id", "group_members.group_id")
        .selectAll("groups")
        // Index group_members_user.
        .where("group_members.user_id", "=", userId)
        .where("group_members.group_id", ">", Number(after))
        .where("group_members.role", "in", roles)
        .orderBy("group_members.group_id")
        .limit(limit)
        .execute();
      return rows.map(groupFromRow);
    },

    delete: (id) =>
      atomically(db, async (tx) => {
        const found = await deleted(tx.deleteFrom("groups").where("id", "=", groupKey(id)));
        if (found)
          for (const table of ["group_members", "group_invitations"] as const)
            await tx.deleteFrom(table).where("group_id", "=", groupKey(id)).execute();
        return found;
      }),

    addMember: (given) =>
      unlessDuplicate(db.insertInto("group_members").values(memberRow(given)).execute()),

    member,

    async members(groupId, { after = "", limit }) {
      const rows = await db
        .selectFrom("group_members")
        .selectAll()
        .where("group_id", "=", groupKey(groupId))
        .where("user_id", ">", after)
        .orderBy("user_id")
        .limit(limit)
        .execute();
      return rows.map(memberFromRow);
    },

    hold: (id) => hold(db, id),

    removeMember: (groupId, userId, now) =>
      atomically(db, async (tx) => {
        const refused = await refusal(tx, { groupId, userId, next: undefined, now });
        if (refused !== undefined) return refused;
        await tx
          .deleteFrom("group_members")
          .where("group_id", "=", groupKey(groupId))
          .where("user_id", "=", userId)
          .execute();
        return "removed";
      }),

    changeRole: (groupId, userId, role, now) =>
      atomically(db, async (tx) => {
        const refused = await refusal(tx, { groupId, userId, next: role, now });
        if (refused !== undefined) return refused;
        await tx
          .updateTable("group_members")
          .set({ role })
          .where("group_id", "=", groupKey(groupId))
          .where("user_id", "=", userId)
          .execute();
        return "changed";
      }),

    countMembers: (groupId, role, now) => count(db, { groupId, role, now }),
  };
}
