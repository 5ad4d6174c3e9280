// Adds single-use tokens sent by e-mail, and when a user proved to read mail at an address.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0003(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "mail_links", {
    columns: {
      hash: "text(43)",
      user_id: "text(64)",
      purpose: "text(32)",
      email: "text(320)",
      epoch: "integer",
      created_at: "integer",
      expires_at: "integer",
    },
    // One token for each purpose: a newer one replaces the older.
    primaryKey: ["user_id", "purpose"],
    unique: { mail_links_hash: ["hash"] },
    indexes: { mail_links_expiry: ["expires_at"] },
  });
  await engine.extendTable(db, "users", { columns: { email_verified_at: "integer?" } });
}
