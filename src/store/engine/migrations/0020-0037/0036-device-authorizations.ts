// Adds the devices that wait for a user, RFC 8628.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0036 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "device_authorizations", {
    columns: {
      hash: "text(43)",
      user_code: "text(16)",
      client_id: "text(128)",
      scopes: "text",
      audience: "text",
      created_at: "integer",
      expires_at: "integer",
      interval_ms: "integer",
      polled_at: "integer?",
      denied_at: "integer?",
      used_at: "integer?",
      user_id: "text(64)?",
      epoch: "integer?",
      grant_id: "text(64)?",
      family_id: "text(64)?",
      terms: "text?",
    },
    primaryKey: ["hash"],
    unique: { device_authorizations_code: ["user_code"] },
    indexes: {
      device_authorizations_user: ["user_id"],
      device_authorizations_client: ["client_id"],
      device_authorizations_expiry: ["expires_at"],
    },
  });
