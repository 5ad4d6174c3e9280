// Adds whether a user chose the password here, so that no other server knows it.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0017 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "users", { columns: { own_password: "integer" } });
