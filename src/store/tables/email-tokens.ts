// Only the hash of a token is stored.
import type { EmailToken, EmailTokenPurpose } from "../../domain/model.ts";
import type { EmailTokenStore } from "../../domain/accounts/store.ts";
import { atomically, type Database, deleted } from "../engine/database.ts";
import { Contention, unlessDuplicate } from "../engine/errors.ts";
import type { Tables } from "../engine/schema.ts";
import { userFromRow, USER_COLUMNS } from "./users/user-row.ts";

const toLink = (row: Tables["mail_links"]): EmailToken => ({
  hash: row.hash,
  userId: row.user_id,
  purpose: row.purpose as EmailTokenPurpose,
  email: row.email,
  epoch: row.epoch,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export const emailTokens = (db: Database): EmailTokenStore => ({
  replace(link) {
    const row = {
      hash: link.hash,
      user_id: link.userId,
      purpose: link.purpose,
      email: link.email,
      epoch: link.epoch,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
    };
    // Not one statement that changes the hash: Vitess can't change what it finds a row by.
    return atomically(db, async (tx) => {
      await tx
        .deleteFrom("mail_links")
        .where("user_id", "=", link.userId) // The primary key.
        .where("purpose", "=", link.purpose)
        .execute();
      if (!(await unlessDuplicate(tx.insertInto("mail_links").values(row).execute())))
        throw new Contention(); // Another one has just been put in.
    });
  },

  async find(hash) {
    // Index mail_links_hash, then the user's primary key.
    const row = await db
      .selectFrom("mail_links")
      .innerJoin("users", "users.id", "mail_links.user_id")
      .selectAll("mail_links")
      .select(USER_COLUMNS)
      .where("mail_links.hash", "=", hash)
      .executeTakeFirst();
    return row && { link: toLink(row), user: userFromRow(row) };
  },

  redeem: (hash) => deleted(db.deleteFrom("mail_links").where("hash", "=", hash)),
});
