// Adds where users, clients, tokens and more came from, if they were not made here.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0015 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "origins", {
    columns: {
      kind: "text(32)",
      ref: "text(160)",
      source: "text(64)",
      at: "integer",
      mark: "text",
    },
    primaryKey: ["kind", "ref"],
    indexes: { origins_source: ["source", "kind", "ref"] },
  });
