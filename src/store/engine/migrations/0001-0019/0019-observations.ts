// Adds what is observed of the calls of an API that is taken over: sums by day.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0019(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "observed_calls", {
    columns: {
      api: "text(32)",
      day: "integer",
      stage: "text(16)",
      route: "text(96)",
      outcome: "text(16)",
      calls: "integer",
    },
    primaryKey: ["api", "day", "stage", "route", "outcome"],
  });
  await engine.createTable(db, "observed_latencies", {
    columns: {
      api: "text(32)",
      day: "integer",
      side: "text(16)",
      most_ms: "integer",
      calls: "integer",
    },
    primaryKey: ["api", "day", "side", "most_ms"],
  });
  await engine.createTable(db, "observed_differences", {
    columns: {
      api: "text(32)",
      route: "text(96)",
      field: "text(100)",
      ours: "text(100)",
      theirs: "text(100)",
      calls: "integer",
      first_at: "integer",
      last_at: "integer",
      example: "text",
    },
    primaryKey: ["api", "route", "field", "ours", "theirs"],
  });
  await engine.createTable(db, "circuits", {
    columns: { api: "text(32)", process: "text(64)", state: "text(16)", renewed_at: "integer" },
    primaryKey: ["api", "process"],
    indexes: { circuits_renewed: ["renewed_at"] },
  });
  await engine.createTable(db, "volatile_fields", {
    columns: { api: "text(32)", route: "text(128)", field: "text(128)" },
    primaryKey: ["api", "route", "field"],
  });
}
