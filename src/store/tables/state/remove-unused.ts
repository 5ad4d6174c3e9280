import { atomically, type Database, deleted } from "../../engine/database.ts";

/** What would belong to the user, and who uses it. */
const OWNED = ["grants", "group_members", "access_tokens", "refresh_tokens"] as const;

/** Removes a user who is as an import made them, and to whom nothing belongs. */
export const removeUnused = (db: Database, id: string, updatedAt: number): Promise<boolean> =>
  atomically(db, async (tx) => {
    for (const table of OWNED) {
      const owned = await tx
        .selectFrom(table)
        .select("user_id")
        .where("user_id", "=", id) // Each has an index that begins with the user.
        .limit(1)
        .executeTakeFirst();
      if (owned !== undefined) return false;
    }
    // A token that another server made goes with its user.
    const session = tx
      .selectFrom("sessions")
      .select("id")
      .where("user_id", "=", id) // Index sessions_user.
      .where("foreign_token", "=", 0)
      .limit(1);
    if ((await session.executeTakeFirst()) !== undefined) return false;
    // Index clients_owner.
    const client = tx.selectFrom("clients").select("id").where("owner_id", "=", id).limit(1);
    if ((await client.executeTakeFirst()) !== undefined) return false;
    const isGone = await deleted(
      tx
        .deleteFrom("users")
        .where("id", "=", id)
        .where("updated_at", "=", updatedAt)
        .where("epoch", "=", 0)
        .where("deleted_at", "is", null),
    );
    if (!isGone) return false;
    for (const table of [
      "sessions",
      "devices",
      "password_checks",
      "mail_links",
      "group_invitations",
    ] as const)
      await tx.deleteFrom(table).where("user_id", "=", id).execute();
    return true;
  });
