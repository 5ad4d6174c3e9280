// Adds the imports of state: how far each has come, and what it brought.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0021 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "state_imports", {
    columns: {
      id: "text(36)",
      file: "text(64)",
      realm: "text(32)",
      started_at: "integer",
      file_rank: "integer",
      line: "integer",
      lines_read: "integer",
      imported: "text",
      unchanged: "integer",
      invalid: "integer",
      report_bytes: "integer",
      finished_at: "integer?",
    },
    primaryKey: ["id"],
    indexes: { state_imports_file: ["file"] },
  });
