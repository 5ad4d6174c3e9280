// Registrations whose address is not confirmed yet. Only the hash of the token in the e-mail is
// stored.
import type { PendingSignUp } from "../../../domain/model.ts";
import type { PendingSignUpStore } from "../../../domain/accounts/store.ts";
import { type Database, deleted } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";

const toSignUp = (row: Tables["sign_ups"]): PendingSignUp => ({
  hash: row.hash,
  realm: row.realm,
  username: row.username,
  email: row.email,
  emailKey: row.email_key,
  passwordHash: row.password_hash,
  request: row.request,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
});

export const signUps = (db: Database): PendingSignUpStore => ({
  async insert(signUp) {
    const row = {
      hash: signUp.hash,
      realm: signUp.realm,
      username: signUp.username,
      email: signUp.email,
      email_key: signUp.emailKey,
      password_hash: signUp.passwordHash,
      request: signUp.request,
      created_at: signUp.createdAt,
      expires_at: signUp.expiresAt,
    };
    await db.insertInto("sign_ups").values(row).execute();
  },

  async find(hash) {
    const row = await db
      .selectFrom("sign_ups")
      .selectAll()
      .where("hash", "=", hash)
      .executeTakeFirst(); // The primary key.
    return row && toSignUp(row);
  },

  async newest(realm, emailKey, now) {
    const query = db
      .selectFrom("sign_ups")
      .selectAll()
      .where("realm", "=", realm)
      .where("email_key", "=", emailKey); // Index sign_ups_email.
    const row = await query
      .where("expires_at", ">", now)
      .orderBy("created_at", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && toSignUp(row);
  },

  redeem: (hash) => deleted(db.deleteFrom("sign_ups").where("hash", "=", hash)),
});
