// Pushed authorization requests; only the hash of a request_uri is stored.
import type { PushedRequestStore } from "../../../domain/oauth/pushed/store.ts";
import { type Database, updated } from "../../engine/database.ts";

export const pushedRequests = (db: Database): PushedRequestStore => ({
  async insert({ hash, clientId, pairs, createdAt, expiresAt, usedAt }) {
    const row = {
      hash,
      client_id: clientId,
      parameters: JSON.stringify(pairs),
      created_at: createdAt,
      expires_at: expiresAt,
      used_at: usedAt ?? null,
    };
    await db.insertInto("pushed_requests").values(row).execute();
  },

  async find(hash) {
    const row = await db
      .selectFrom("pushed_requests")
      .selectAll()
      .where("hash", "=", hash) // The primary key.
      .executeTakeFirst();
    return (
      row && {
        hash: row.hash,
        clientId: row.client_id,
        pairs: JSON.parse(row.parameters) as [string, string][],
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        usedAt: row.used_at ?? undefined,
      }
    );
  },

  use: (hash, now) =>
    updated(
      db
        .updateTable("pushed_requests")
        .set({ used_at: now })
        .where("hash", "=", hash) // The primary key.
        .where("used_at", "is", null),
    ),

  async giveBack(hash, usedAt) {
    await db
      .updateTable("pushed_requests")
      .set({ used_at: null })
      .where("hash", "=", hash) // The primary key.
      .where("used_at", "=", usedAt)
      .execute();
  },
});
