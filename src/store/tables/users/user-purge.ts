// Removes deleted users and everything they own, from all tables except the audit log.
import { atomically, type Database, deleted } from "../../engine/database.ts";
import { deleteTokens } from "../tokens/tokens.ts";

/**
 * Removes up to `limit` users deleted before `before`, each in one transaction. Returns how many.
 */
export async function purgeUsers(db: Database, before: number, limit: number): Promise<number> {
  // Index users_deleted.
  const gone = db
    .selectFrom("users")
    .select("id")
    .where("deleted_at", "<", before)
    .orderBy("deleted_at")
    .limit(limit);
  let count = 0;
  for (const { id } of await gone.execute()) {
    if (await atomically(db, (tx) => purgeUser(tx, id, before))) count++;
  }
  return count;
}

async function purgeUser(tx: Database, id: string, before: number): Promise<boolean> {
  // Nothing happens if the user was restored in the meantime.
  if (
    !(await deleted(tx.deleteFrom("users").where("id", "=", id).where("deleted_at", "<", before)))
  )
    return false;
  await deleteTokens(tx, { user_id: id });
  for (const table of [
    "sessions",
    "session_clients",
    "devices",
    "group_members",
    "group_invitations",
    "grants",
    "password_checks",
    "mail_links",
  ] as const) {
    await tx.deleteFrom(table).where("user_id", "=", id).execute();
  }
  return true;
}
