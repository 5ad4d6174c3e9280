// Makes room for ids of clients that are URLs. Every column with the id of a client becomes as wide
// as what a request can carry. No row is rewritten: both widths have a length of two bytes.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";
import type { Tables } from "../../schema.ts";

const WIDE = "text(128)";

const COLUMNS: readonly (readonly [keyof Tables, string])[] = [
  ["clients", "id"],
  ["client_secrets", "client_id"],
  ["client_origins", "client_id"],
  ["api_requests", "client_id"],
  ["grants", "client_id"],
  ["codes", "client_id"],
  ["access_tokens", "client_id"],
  ["refresh_tokens", "client_id"],
];

export async function migrate0034(db: Database, engine: Engine): Promise<void> {
  for (const [table, column] of COLUMNS) await engine.widenText(db, table, column, WIDE);
  await engine.widenText(db, "audit_events", "client_id", `${WIDE}?`);
  // It names a client as `client:` with the id.
  await engine.widenText(db, "audit_events", "actor", "text(256)");
}
