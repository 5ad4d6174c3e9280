// Adds what is kept of a client that registered itself: the hash of its token (RFC 7592), and from
// when on the client is deleted if its access is unused.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0032 = (db: Database, engine: Engine): Promise<void> =>
  engine.extendTable(db, "clients", {
    columns: { registration_hash: "text(64)?", expires_at: "integer?" },
    indexes: { clients_expiry: ["expires_at"] },
  });
