import type { AuthorizationCode } from "../../../domain/model.ts";
import type { CodeStore } from "../../../domain/oauth/store.ts";
import type { Terms } from "../../../domain/oauth/terms.ts";
import { type Database, deleted } from "../../engine/database.ts";
import { lookup, lookupList } from "../../engine/lookup.ts";
import { insertion } from "../../engine/writes/insertion.ts";
import { singleUse } from "../../engine/writes/single-use.ts";
import { groupNumber } from "../group-number.ts";
import { fromList, toList } from "../json-list.ts";
import { fromValue, toValue } from "../json-value.ts";
import type { Tables } from "../../engine/schema.ts";
import { give, toGift, valuesOf } from "./gifts.ts";
import { PARTY_COLUMNS, toParties } from "./parties.ts";

/** The primary key. */
const byHash = lookup(
  (db, hashes) => db.selectFrom("codes").selectAll().where("hash", "in", hashes),
  ({ hash }) => hash,
);

/** Every table by its primary key. */
const withParties = lookupList(
  (db, hashes) =>
    db
      .selectFrom("codes")
      .leftJoin("users", "users.id", "codes.user_id")
      .leftJoin("clients", "clients.id", "codes.client_id")
      .leftJoin("client_secrets", "client_secrets.client_id", "codes.client_id")
      .selectAll("codes")
      .select(PARTY_COLUMNS)
      .where("codes.hash", "in", hashes),
  ({ hash }) => hash,
);

const inserted = insertion("codes");

const use = singleUse({
  mark: (db, now, hashes) =>
    db
      .updateTable("codes")
      .set({ used_at: now })
      .where("hash", "in", hashes)
      .where("used_at", "is", null),
  give,
  valuesOf,
});

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
  terms: toValue<Terms>(row.terms),
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
      terms: fromValue(code.terms),
    };
    await inserted.one(db, row);
  },

  async find(hash) {
    const row = await byHash(db, hash);
    return row && toCode(row);
  },

  async findWithParties(hash) {
    const rows = await withParties(db, hash);
    return rows[0] && { code: toCode(rows[0]), ...toParties(rows) };
  },

  redeem: (hash, now, tokens = {}) => use(db, { key: hash, now, gift: toGift(tokens) }),

  delete: (hash) => deleted(db.deleteFrom("codes").where("hash", "=", hash)), // The primary key.
});
