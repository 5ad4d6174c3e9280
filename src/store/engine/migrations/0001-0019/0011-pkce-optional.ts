// Adds whether a client may ask for codes without PKCE. The clients that exist may not.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0011(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "clients", { columns: { pkce_optional: "integer" } });
}
