// Adds secrets of clients that another server made, and that an API shows again.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0020 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "client_secrets", { columns: { sealed: "text?" } });
