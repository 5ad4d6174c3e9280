// Adds how the predecessors answered what they were asked, and removes old observations by time.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0023(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "observed_asks", {
    columns: { api: "text(32)", day: "integer", outcome: "text(16)", calls: "integer" },
    primaryKey: ["api", "day", "outcome"],
    indexes: { observed_asks_day: ["day"] },
  });
  await engine.extendTable(db, "observed_calls", { indexes: { observed_calls_day: ["day"] } });
  await engine.extendTable(db, "observed_latencies", {
    indexes: { observed_latencies_day: ["day"] },
  });
  await engine.extendTable(db, "observed_differences", {
    indexes: { observed_differences_last: ["last_at"] },
  });
}
