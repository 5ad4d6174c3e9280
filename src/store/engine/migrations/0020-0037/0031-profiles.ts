// Adds what an account says about its person. No query searches by it, so it has no index.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0031 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "users", { columns: { profile: "text?" } });
