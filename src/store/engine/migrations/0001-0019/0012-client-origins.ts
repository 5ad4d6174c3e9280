// Adds the origins whose pages may call: the list of each client, and a table to look origins up.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";
import { noteOrigins } from "../../../tables/clients/client-origins.ts";

export async function migrate0012(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "clients", { columns: { allowed_origins: "text?" } });
  await engine.createTable(db, "client_origins", {
    columns: { origin: "text(300)", client_id: "text(64)" },
    primaryKey: ["origin", "client_id"],
    indexes: { client_origins_client: ["client_id"] },
  });
  await noteOrigins(db);
}
