// Adds when all access of a user last ended, and the sessions of tokens that another server made:
// such a token must stay ended although nothing here has issued it.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0018(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "users", { columns: { access_ended_at: "integer?" } });
  await engine.extendTable(db, "sessions", { columns: { foreign_token: "integer" } });
}
