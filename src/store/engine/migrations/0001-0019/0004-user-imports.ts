// Adds the progress of user imports, so that an interrupted one can resume.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0004(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "user_imports", {
    columns: {
      id: "text(64)",
      started_at: "integer",
      lines: "integer",
      imported: "integer",
      duplicates: "integer",
      invalid: "integer",
      report_bytes: "integer",
    },
    primaryKey: ["id"],
  });
}
