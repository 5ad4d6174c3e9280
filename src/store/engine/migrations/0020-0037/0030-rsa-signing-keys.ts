// Adds the RSA keys that sign JWTs. They have a table of their own: the version before serves every
// row of `signing_keys` as an elliptic curve key.
import type { Database } from "../../database.ts";
import type { Engine } from "../../engine.ts";

export const migrate0030 = (db: Database, engine: Engine): Promise<void> =>
  engine.createTable(db, "rsa_signing_keys", {
    columns: {
      kid: "text(64)",
      public_jwk: "text",
      sealed_jwk: "text",
      first_claim: "integer?",
      created_at: "integer",
      retired_at: "integer?",
    },
    primaryKey: ["kid"],
    unique: { rsa_signing_keys_first: ["first_claim"] },
  });
