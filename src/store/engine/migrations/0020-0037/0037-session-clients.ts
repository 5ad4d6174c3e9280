// Adds which clients got ID tokens in which session, to tell them when the session ends.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0037 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "session_clients", {
    columns: {
      session_id: "text(64)",
      client_id: "text(128)",
      user_id: "text(64)",
      created_at: "integer",
      due_at: "integer?",
      marks: "integer",
      tries: "integer",
    },
    primaryKey: ["session_id", "client_id"],
    indexes: {
      session_clients_user: ["user_id"],
      session_clients_due: ["due_at"],
      session_clients_created: ["created_at"],
    },
  });
