import type { GroupInvitation, GroupRole } from "../../domain/model.ts";
import type { GroupInvitationStore } from "../../domain/groups/store.ts";
import { atomically, type Database, deleted, updated } from "../engine/database.ts";
import type { Tables } from "../engine/schema.ts";
import { groupKey, groupNumber } from "./group-number.ts";

const fromRow = (row: Tables["group_invitations"]): GroupInvitation => ({
  groupId: BigInt(row.group_id),
  userId: row.user_id,
  role: row.role as GroupRole,
  invitedBy: row.invited_by === "" ? undefined : row.invited_by,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  declinedAt: row.declined_at ?? undefined,
});

const toRow = (given: GroupInvitation): Tables["group_invitations"] => ({
  group_id: groupNumber(given.groupId),
  user_id: given.userId,
  role: given.role,
  invited_by: given.invitedBy ?? "",
  created_at: given.createdAt,
  expires_at: given.expiresAt,
  declined_at: given.declinedAt ?? null,
});

export function groupInvitations(db: Database): GroupInvitationStore {
  /** The rows that wait for an answer at a time. */
  const waiting = (now: number) =>
    db
      .selectFrom("group_invitations")
      .selectAll()
      .where("declined_at", "is", null)
      .where("expires_at", ">", now);

  return {
    put: (given) =>
      atomically(db, async (tx) => {
        await tx
          .deleteFrom("group_invitations")
          .where("group_id", "=", groupKey(given.groupId))
          .where("user_id", "=", given.userId)
          .execute();
        await tx.insertInto("group_invitations").values(toRow(given)).execute();
      }),

    async find(groupId, userId) {
      const row = await db
        .selectFrom("group_invitations")
        .selectAll()
        .where("group_id", "=", groupKey(groupId))
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row && fromRow(row);
    },

    remove: (groupId, userId) =>
      deleted(
        db
          .deleteFrom("group_invitations")
          .where("group_id", "=", groupKey(groupId))
          .where("user_id", "=", userId)
          .where("declined_at", "is", null),
      ),

    decline: (groupId, userId, now, until) =>
      updated(
        db
          .updateTable("group_invitations")
          .set({ declined_at: now, expires_at: until })
          .where("group_id", "=", groupKey(groupId))
          .where("user_id", "=", userId)
          .where("declined_at", "is", null)
          .where("expires_at", ">", now),
      ),

    async listOf(groupId, now, { after = "", limit }) {
      const rows = await waiting(now)
        // The primary key begins with the group.
        .where("group_id", "=", groupKey(groupId))
        .where("user_id", ">", after)
        .orderBy("user_id")
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    async listFor(userId, now, { after = 0n, limit }) {
      const rows = await waiting(now)
        // Index group_invitations_user.
        .where("user_id", "=", userId)
        .where("group_id", ">", Number(after))
        .orderBy("group_id")
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },

    async removeBy(groupId, inviterId, roles) {
      // MySQL has no empty list.
      if (roles.length === 0) return;
      await db
        .deleteFrom("group_invitations")
        // The primary key begins with the group.
        .where("group_id", "=", groupKey(groupId))
        .where("invited_by", "=", inviterId)
        .where("role", "in", roles)
        .where("declined_at", "is", null)
        .execute();
    },

    async removeFor(userId) {
      // Index group_invitations_user.
      await db.deleteFrom("group_invitations").where("user_id", "=", userId).execute();
    },
  };
}
