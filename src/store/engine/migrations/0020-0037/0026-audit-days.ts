// Adds the daily counts of audit events and the counts of tables that the first page of the
// administration shows, how far each has come, and an index for events by type and outcome.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0026(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "audit_days", {
    columns: {
      type: "text(64)",
      day: "integer",
      succeeded: "integer",
      reason: "text(32)",
      events: "integer",
    },
    primaryKey: ["type", "day", "succeeded", "reason"],
    indexes: { audit_days_day: ["day"] },
  });
  await engine.createTable(db, "table_counts", {
    columns: { name: "text(64)", rows_counted: "integer", counted_at: "integer" },
    primaryKey: ["name"],
  });
  await engine.createTable(db, "rollups", {
    columns: { name: "text(32)", position: "text(64)", held_until: "integer" },
    primaryKey: ["name"],
  });
  const start = { position: "", held_until: 0 };
  await db
    .insertInto("rollups")
    .ignore()
    .values([
      { name: "audit_days", ...start },
      { name: "table_counts", ...start },
    ])
    .execute();
  await engine.extendTable(db, "audit_events", {
    indexes: { audit_events_type_outcome: ["type", "succeeded", "id"] },
  });
}
