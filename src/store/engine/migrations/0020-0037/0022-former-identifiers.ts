// Adds the addresses and names that users of another server have left here, as keyed hashes.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0022 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "former_identifiers", {
    columns: { hash: "text(64)", noted_at: "integer", expires_at: "integer" },
    primaryKey: ["hash"],
    indexes: { former_identifiers_expiry: ["expires_at"] },
  });
