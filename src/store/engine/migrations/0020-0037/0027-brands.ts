// Adds the brands of realms, which their pages and letters have.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0027 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "brands", {
    columns: {
      realm: "text(32)",
      version: "text(36)",
      changed_at: "integer",
      name: "text(64)",
      color: "text(7)",
      color_dark: "text(7)",
      logo_type: "text(32)",
      logo: "text",
      links: "text",
      letters: "text",
    },
    primaryKey: ["realm"],
  });
