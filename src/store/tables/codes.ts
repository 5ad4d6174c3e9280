import type { AuthorizationCode } from "../../domain/model.ts";
import type { CodeStore } from "../../domain/oauth/store.ts";
import { type Database, updated } from "../engine/database.ts";
import { lookup } from "../engine/lookup.ts";
import { groupNumber } from "./group-number.ts";
import { fromList, toList } from "./json-list.ts";
import type { Tables } from "../engine/schema.ts";

/** The primary key. */
const byHash = lookup(
  (db, hashes) => db.selectFrom("codes").selectAll().where("hash", "in", hashes),
  ({ hash }) => hash,
);

const toCode = (row: Tables["codes"]): AuthorizationCode => ({
  hash: row.hash,
  familyId: row.family_id,
  grantId: row.grant_id,
  clientId: row.client_id,
  userId: row.user_id,
  epoch: row.epoch,
  api: row.api,
  scopes: toList(row.scopes),
  redirectUri: row.redirect_uri,
  codeChallenge: row.code_challenge,
  lifetimeMs: row.lifetime_ms ?? undefined,
  groupId: BigInt(row.group_id),
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  usedAt: row.used_at ?? undefined,
});

export const codes = (db: Database): CodeStore => ({
  async insert(code) {
    const row = {
      hash: code.hash,
      family_id: code.familyId,
      grant_id: code.grantId,
      client_id: code.clientId,
      user_id: code.userId,
      epoch: code.epoch,
      api: code.api,
      scopes: fromList(code.scopes),
      redirect_uri: code.redirectUri,
      code_challenge: code.codeChallenge,
      lifetime_ms: code.lifetimeMs ?? null,
      group_id: groupNumber(code.groupId),
      created_at: code.createdAt,
      expires_at: code.expiresAt,
      used_at: code.usedAt ?? null,
    };
    await db.insertInto("codes").values(row).execute();
  },

  async find(hash) {
    const row = await byHash(db, hash);
    return row && toCode(row);
  },

  redeem: (hash, now) =>
    updated(
      db
        .updateTable("codes")
        .set({ used_at: now })
        .where("hash", "=", hash)
        .where("used_at", "is", null),
    ),
});
