// Records whether the user deleted the account, and so may restore it.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0005 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "users", { columns: { left_by_self: "integer" } });
