// Counts the actions of each credential and on each user, so that an action and the end of its
// credential write the same row.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0010(db: Database, engine: Engine): Promise<void> {
  for (const table of ["users", "sessions", "access_tokens"] as const)
    await engine.extendTable(db, table, { columns: { acts: "integer" } });
}
