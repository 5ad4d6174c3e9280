// Adds the look of names, and the version of the rules that made the keys of a user. Outdated keys
// are recomputed.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";
import { renewKeys } from "../../../tables/users/user-keys.ts";

export async function migrate0006(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "users", {
    columns: { username_look: "text(43)", look_claim: "text(43)?", key_rules: "integer" },
    unique: { users_look_claim: ["realm", "look_claim"] },
    indexes: { users_look: ["realm", "username_look", "id"], users_key_rules: ["key_rules", "id"] },
  });
  await renewKeys(db);
}
