// Adds the authorization requests that clients have pushed (RFC 9126).
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0033 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "pushed_requests", {
    columns: {
      hash: "text(64)",
      client_id: "text(128)",
      parameters: "text",
      created_at: "integer",
      expires_at: "integer",
      used_at: "integer?",
    },
    primaryKey: ["hash"],
    indexes: { pushed_requests_expiry: ["expires_at"] },
  });
