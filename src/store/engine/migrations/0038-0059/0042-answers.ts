// Adds the answers that are kept for callers who repeat a call.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0042 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "answers", {
    columns: {
      id: "text(43)",
      request: "text(43)",
      // In parts, because a text has at most 64 KiB.
      sealed: "text",
      sealed_rest: "text",
      expires_at: "integer",
    },
    primaryKey: ["id"],
    indexes: { answers_expiry: ["expires_at"] },
  });
