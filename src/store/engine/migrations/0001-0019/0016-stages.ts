// Adds the stages of the APIs that are taken over from another server.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0016 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "stages", {
    columns: {
      api: "text(32)",
      stage: "text(16)",
      before_stage: "text(16)",
      percent: "integer",
      only_values: "text",
      changed_at: "integer",
    },
    primaryKey: ["api"],
  });
