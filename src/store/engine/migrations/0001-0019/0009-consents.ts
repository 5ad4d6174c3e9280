// Adds how long a user consented to access, so that a client gets no more than the user saw. Adds
// developers' requests for APIs.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0009(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "grants", { columns: { lifetime_ms: "integer?" } });
  await engine.extendTable(db, "codes", { columns: { lifetime_ms: "integer?" } });
  await engine.createTable(db, "api_requests", {
    columns: { client_id: "text(64)", api: "text(32)", created_at: "integer" },
    primaryKey: ["client_id", "api"],
    indexes: { api_requests_created: ["created_at", "client_id"] },
  });
}
