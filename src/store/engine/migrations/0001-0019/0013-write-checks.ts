// Adds the rows by which each process checks that it can write.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0013 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "write_checks", {
    columns: { id: "text(36)", filler: "text", written_at: "integer", expires_at: "integer" },
    primaryKey: ["id"],
    indexes: { write_checks_expiry: ["expires_at"] },
  });
