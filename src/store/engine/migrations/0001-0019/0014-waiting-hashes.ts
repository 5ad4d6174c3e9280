// Adds the users whose hash waits to be wrapped, and room for a hash with its rule beside it.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0014(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "waiting_hashes", {
    columns: { user_id: "text(64)" },
    primaryKey: ["user_id"],
  });
  await engine.widenText(db, "users", "password_hash", "text(4096)");
}
