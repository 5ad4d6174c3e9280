import type { FormerIdentifierStore } from "../../../domain/predecessor/store.ts";
import type { Database } from "../../engine/database.ts";

export const formerIdentifiers = (db: Database): FormerIdentifierStore => ({
  async note(all) {
    if (all.length === 0) return;
    const rows = all.map(({ hash, notedAt, expiresAt }) => ({
      hash,
      noted_at: notedAt,
      expires_at: expiresAt,
    }));
    await db.replaceInto("former_identifiers").values(rows).execute();
  },

  async latest(hashes) {
    if (hashes.length === 0) return undefined;
    const row = await db
      .selectFrom("former_identifiers")
      .select("noted_at")
      .where("hash", "in", hashes)
      .orderBy("noted_at", "desc")
      .limit(1)
      .executeTakeFirst(); // The primary key.
    return row?.noted_at;
  },
});
