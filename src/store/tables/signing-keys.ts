import type { SigningKey } from "../../domain/model.ts";
import type { SigningKeyStore } from "../../domain/store.ts";
import type { Database } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";
import type { Tables } from "../engine/schema.ts";

const fromKey = (key: SigningKey, firstClaim: number | null): Tables["signing_keys"] => ({
  kid: key.kid,
  public_jwk: key.publicJwk,
  sealed_jwk: key.sealedJwk,
  first_claim: firstClaim,
  created_at: key.createdAt,
  retired_at: key.retiredAt ?? null,
});

const toKey = (row: Tables["signing_keys"]): SigningKey => ({
  kid: row.kid,
  publicJwk: row.public_jwk,
  sealedJwk: row.sealed_jwk,
  createdAt: row.created_at,
  retiredAt: row.retired_at ?? undefined,
});

export const signingKeys = (db: Database): SigningKeyStore => ({
  async insert(key) {
    await db.insertInto("signing_keys").values(fromKey(key, null)).execute();
  },

  async list() {
    const rows = await db
      .selectFrom("signing_keys")
      .selectAll()
      .orderBy("created_at", "desc")
      .orderBy("kid", "desc")
      .execute();
    return rows.map(toKey);
  },

  async retire(kid, at) {
    await db
      .updateTable("signing_keys")
      .set({ retired_at: at })
      .where("kid", "=", kid)
      // A clock that was ahead may have retired it at a later time.
      .where((eb) => eb.or([eb("retired_at", "is", null), eb("retired_at", ">", at)]))
      .execute();
  },

  async insertFirst(key) {
    if (await db.selectFrom("signing_keys").select("kid").limit(1).executeTakeFirst()) return false;
    // Of several processes that find no key, one gets the claim.
    return unlessDuplicate(db.insertInto("signing_keys").values(fromKey(key, 1)).execute());
  },
});
