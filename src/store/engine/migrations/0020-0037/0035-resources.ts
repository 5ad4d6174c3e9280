// Adds the protected resources that tokens can be for.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0035 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "resources", {
    columns: {
      id: "text(64)",
      digest: "text(43)",
      uri: "text(512)",
      name: "text(100)",
      scopes: "text",
      token_format: "text(16)",
      token_lifetime_ms: "integer",
      introspectors: "text",
      machine_clients: "text",
      created_at: "integer",
      updated_at: "integer",
    },
    primaryKey: ["id"],
    unique: { resources_digest: ["digest"] },
  });
