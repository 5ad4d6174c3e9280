import type { FormerIdentifierStore } from "../../../domain/predecessor/store.ts";
import type { Database } from "../../engine/database.ts";
import { overwrite } from "../../engine/writes/overwrite.ts";

export const formerIdentifiers = (db: Database): FormerIdentifierStore => ({
  async note(all) {
    const [first, ...rest] = all.map(({ hash, notedAt, expiresAt }) => ({
      hash,
      noted_at: notedAt,
      expires_at: expiresAt,
    }));
    if (first === undefined) return;
    await overwrite(db, "former_identifiers", ["hash"], [first, ...rest]).execute();
  },

  async find(hashes) {
    if (hashes.length === 0) return [];
    const rows = await db
      .selectFrom("former_identifiers")
      .selectAll()
      .where("hash", "in", hashes)
      .execute(); // The primary key.
    return rows.map((row) => ({
      hash: row.hash,
      notedAt: row.noted_at,
      expiresAt: row.expires_at,
    }));
  },
});
