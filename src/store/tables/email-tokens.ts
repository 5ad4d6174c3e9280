// The links in letters, of which only the hash of the token is kept.
import type { MailLink, MailPurpose } from "../../domain/model.ts";
import type { MailLinks } from "../../domain/store.ts";
import { type Database, deleted } from "../engine/database.ts";
import type { Tables } from "../engine/schema.ts";
import { toUser, USER_COLUMNS } from "./users/user-row.ts";

const toLink = (row: Tables["mail_links"]): MailLink => ({
  hash: row.hash,
  userId: row.user_id,
  purpose: row.purpose as MailPurpose,
  email: row.email,
  epoch: row.epoch,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export const mailLinks = (db: Database): MailLinks => ({
  async replace(link) {
    const row = {
      hash: link.hash,
      user_id: link.userId,
      purpose: link.purpose,
      email: link.email,
      epoch: link.epoch,
      created_at: link.createdAt,
      expires_at: link.expiresAt,
    };
    await db.replaceInto("mail_links").values(row).execute();
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
    return row && { link: toLink(row), user: toUser(row) };
  },

  redeem: (hash) => deleted(db.deleteFrom("mail_links").where("hash", "=", hash)),
});
