// Adds what a sharded database places a token or an audit event by. Rows that exist keep null: a
// move to shards computes it from the row.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0044(db: Database, engine: Engine): Promise<void> {
  for (const table of ["access_tokens", "audit_events"] as const)
    await engine.extendTable(db, table, { columns: { shard_key: "text(64)?" } });
}
