// Adds the lease of the process that removes what has expired, and finds old imports by their time.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0043(db: Database, engine: Engine): Promise<void> {
  await engine.createTable(db, "leases", {
    columns: {
      name: "text(32)",
      holder: "text(64)",
      held_until: "integer",
      due_at: "integer",
    },
    primaryKey: ["name"],
  });
  await db
    .insertInto("leases")
    .ignore()
    .values({ name: "purge", holder: "", held_until: 0, due_at: 0 })
    .execute();
  await engine.extendTable(db, "user_imports", {
    indexes: { user_imports_started: ["started_at"] },
  });
  await engine.extendTable(db, "state_imports", {
    indexes: { state_imports_started: ["started_at"] },
  });
}
