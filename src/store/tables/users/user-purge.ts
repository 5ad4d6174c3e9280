// Removes deleted users and everything they own, from all tables except the audit log.
import { sql } from "kysely";
import { atomically, type Database, deleted } from "../../engine/database.ts";
import { groups } from "../groups.ts";
import { origins } from "../origins.ts";
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
  const memberships = await tx
    .selectFrom("group_members")
    .select("group_id")
    .where("user_id", "=", id) // Index group_members_user.
    .execute();
  const groupIds = memberships.map(({ group_id }) => BigInt(group_id));
  await forgetOrigins(tx, id, groupIds);
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
    "waiting_hashes",
  ] as const) {
    await tx.deleteFrom(table).where("user_id", "=", id).execute();
  }
  for (const groupId of groupIds) await deleteEmptyGroup(tx, groupId);
  return true;
}

/** Removes where a user came from, and where came from what goes with the user. */
async function forgetOrigins(tx: Database, id: string, groupIds: readonly bigint[]): Promise<void> {
  const { hasAny, delete: forget } = origins(tx);
  if (!(await hasAny())) return;
  const rows = (table: "grants" | "access_tokens", ref: string) =>
    sql<{ ref: string }>`select ${sql.ref(ref)} as ref from ${sql.table(table)}
      where user_id = ${id}`.execute(tx); // Indexes grants_parties and access_tokens_user.
  const consents = await rows("grants", "id");
  const keys = await rows("access_tokens", "hash");
  await forget("user", id);
  for (const groupId of groupIds) await forget("member", `${groupId}/${id}`);
  for (const { ref } of consents.rows) await forget("consent", ref);
  for (const { ref } of keys.rows) await forget("access_key", ref);
  await tx
    .deleteFrom("origins")
    .where("kind", "=", "device")
    // The primary key. A "0" comes after the "/" that ends the user's id.
    .where("ref", ">", `${id}/`)
    .where("ref", "<", `${id}0`)
    .execute();
}

/** Deletes a group that has no members left: no user can see it or become a member. */
async function deleteEmptyGroup(tx: Database, id: bigint): Promise<void> {
  const { hold, members, delete: remove } = groups(tx);
  // A transaction that adds a member holds the group too, so one of both sees the other's change.
  if (!(await hold(id)) || (await members(id, { limit: 1 })).length > 0) return;
  await origins(tx).delete("group", id.toString());
  await remove(id);
}
