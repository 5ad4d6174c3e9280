// Whether it was the user who deleted the account, and so may take that back.
import type { Database } from "../database.ts";
import type { Engine } from "../engine.ts";

export const migrate0005 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "users", { columns: { left_by_self: "integer" } });
