// Adds the invitations to groups, which wait for the answer of the invited user.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0028 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "group_invitations", {
    columns: {
      group_id: "integer",
      user_id: "text(64)",
      role: "text(32)",
      invited_by: "text(64)",
      created_at: "integer",
      expires_at: "integer",
      declined_at: "integer?",
    },
    primaryKey: ["group_id", "user_id"],
    indexes: {
      group_invitations_user: ["user_id", "group_id"],
      group_invitations_expiry: ["expires_at"],
    },
  });
