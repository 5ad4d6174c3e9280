// Adds what administrators say of clients: verified, switched off. Each index has every column that
// the list of clients filters by, in one of its orders, so that a page of it reads few rows.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

const FILTERED = ["public", "verified_at", "disabled_at"];

export const migrate0025 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "clients", {
    columns: { verified_at: "integer?", disabled_at: "integer?", disable_reason: "text(500)" },
    indexes: {
      clients_created_listed: ["created_at", "id", ...FILTERED, "name"],
      clients_name_listed: ["name", "id", ...FILTERED],
    },
  });
