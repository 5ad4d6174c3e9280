import type { SigningKey, SigningKeyAlgorithm } from "../../domain/model.ts";
import type { SigningKeyStore } from "../../domain/store.ts";
import type { Database } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";
import type { Tables } from "../engine/schema.ts";

/** The table of each kind of key; `0030-rsa-signing-keys.ts` says why there are two. */
const TABLES = { ES256: "signing_keys", RS256: "rsa_signing_keys" } as const;

const ALGORITHMS = Object.keys(TABLES) as readonly SigningKeyAlgorithm[];

const fromKey = (key: SigningKey, firstClaim: number | null): Tables["signing_keys"] => ({
  kid: key.kid,
  public_jwk: key.publicJwk,
  sealed_jwk: key.sealedJwk,
  first_claim: firstClaim,
  created_at: key.createdAt,
  retired_at: key.retiredAt ?? null,
});

const toKey = (algorithm: SigningKeyAlgorithm, row: Tables["signing_keys"]): SigningKey => ({
  kid: row.kid,
  algorithm,
  publicJwk: row.public_jwk,
  sealedJwk: row.sealed_jwk,
  createdAt: row.created_at,
  retiredAt: row.retired_at ?? undefined,
});

export const signingKeys = (db: Database): SigningKeyStore => ({
  async insert(key) {
    await db.insertInto(TABLES[key.algorithm]).values(fromKey(key, null)).execute();
  },

  async list() {
    const keys: SigningKey[] = [];
    for (const algorithm of ALGORITHMS) {
      const rows = await db
        .selectFrom(TABLES[algorithm])
        .selectAll()
        .orderBy("created_at", "desc")
        .orderBy("kid", "desc")
        .execute();
      keys.push(...rows.map((row) => toKey(algorithm, row)));
    }
    return keys;
  },

  async retire({ kid, algorithm }, at) {
    await db
      .updateTable(TABLES[algorithm])
      .set({ retired_at: at })
      // The primary key.
      .where("kid", "=", kid)
      // A clock that was ahead may have retired it at a later time.
      .where((eb) => eb.or([eb("retired_at", "is", null), eb("retired_at", ">", at)]))
      .execute();
  },

  async insertFirst(key) {
    const table = TABLES[key.algorithm];
    if (await db.selectFrom(table).select("kid").limit(1).executeTakeFirst()) return false;
    // Of several processes that find no key, one gets the claim.
    return unlessDuplicate(db.insertInto(table).values(fromKey(key, 1)).execute());
  },
});
