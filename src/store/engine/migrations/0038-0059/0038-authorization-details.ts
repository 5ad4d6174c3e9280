// Adds the types of authorization details of a resource, and what a device asks for by them, RFC
// 9396. Codes and tokens keep theirs in the column of their terms.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0038(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "resources", { columns: { detail_types: "text?" } });
  await engine.extendTable(db, "device_authorizations", { columns: { details: "text?" } });
}
