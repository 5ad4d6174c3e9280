// Adds registrations whose address is not confirmed yet.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0007 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "sign_ups", {
    columns: {
      hash: "text(43)",
      realm: "text(32)",
      username: "text(128)",
      email: "text(320)",
      email_key: "text(320)",
      password_hash: "text(255)",
      request: "text",
      created_at: "integer",
      expires_at: "integer",
    },
    primaryKey: ["hash"],
    indexes: {
      sign_ups_email: ["realm", "email_key", "created_at"],
      sign_ups_expiry: ["expires_at"],
    },
  });
