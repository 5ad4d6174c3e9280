// Adds what OpenID Connect and newer extensions of OAuth keep: the settings of clients, the terms
// of authorizations, and how a session came about. Each is JSON, because no query searches in it,
// and a client or a token without it costs nothing.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export async function migrate0029(db: Database, engine: Engine): Promise<void> {
  await engine.extendTable(db, "clients", { columns: { settings: "text?" } });
  for (const table of ["codes", "access_tokens", "refresh_tokens"] as const)
    await engine.extendTable(db, table, { columns: { terms: "text?" } });
  await engine.extendTable(db, "sessions", { columns: { amr: "text(200)?" } });
}
