import type { PasswordCheckStore } from "../../domain/security/store.ts";
import { type Database, PARAMETER } from "../engine/database.ts";
import { prepared } from "../engine/memo.ts";
import { overwrite } from "../engine/writes/overwrite.ts";

const recorded = prepared(
  (db, userId: string, network: string, now: number) =>
    overwrite(
      db,
      "password_checks",
      ["user_id", "network"],
      [{ user_id: userId, network, passed_at: now }],
    ),
  [PARAMETER, PARAMETER, 0],
);

export const passwordChecks = (db: Database): PasswordCheckStore => ({
  async record(userId, network, now) {
    await recorded(db, userId, network, now);
  },

  async last(userId, network) {
    const query = db
      .selectFrom("password_checks")
      .select("passed_at")
      .where("user_id", "=", userId);
    return (await query.where("network", "=", network).executeTakeFirst())?.passed_at;
  },

  async networks(userId) {
    const rows = await db
      .selectFrom("password_checks")
      .select("network")
      .where("user_id", "=", userId)
      .orderBy("network")
      .execute();
    return rows.map(({ network }) => network);
  },

  async clear(userId) {
    // The primary key begins with the user.
    await db.deleteFrom("password_checks").where("user_id", "=", userId).execute();
  },
});
