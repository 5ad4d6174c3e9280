// Access and refresh tokens; only their hashes are stored.
import type { TokenStore } from "../../../domain/oauth/store.ts";
import { atomically, type Database, deleted, updated } from "../../engine/database.ts";
import { lookup, lookupList } from "../../engine/lookup.ts";
import { singleUse } from "../../engine/writes/single-use.ts";
import { accessTokens, give, refreshTokens, toGift, valuesOf } from "./gifts.ts";
import { OWNER_COLUMNS, PARTY_COLUMNS, toOwners, toParties } from "./parties.ts";
import { deletePartOfTokens } from "./token-parts.ts";
import { fromAccessToken, fromRefreshToken, toAccessToken, toRefreshToken } from "./token-row.ts";

/** Every table by its primary key. */
const accessByHash = lookup(
  (db, hashes) =>
    db
      .selectFrom("access_tokens")
      .leftJoin("users", "users.id", "access_tokens.user_id")
      .leftJoin("clients", "clients.id", "access_tokens.client_id")
      .selectAll("access_tokens")
      .select(OWNER_COLUMNS)
      .where("access_tokens.hash", "in", hashes),
  ({ hash }) => hash,
);

/** The primary key. */
const refreshByHash = lookup(
  (db, hashes) => db.selectFrom("refresh_tokens").selectAll().where("hash", "in", hashes),
  ({ hash }) => hash,
);

/** Every table by its primary key. */
const refreshWithOwners = lookup(
  (db, hashes) =>
    db
      .selectFrom("refresh_tokens")
      .leftJoin("users", "users.id", "refresh_tokens.user_id")
      .leftJoin("clients", "clients.id", "refresh_tokens.client_id")
      .selectAll("refresh_tokens")
      .select(OWNER_COLUMNS)
      .where("refresh_tokens.hash", "in", hashes),
  ({ hash }) => hash,
);

/** Every table by its primary key. */
const refreshWithParties = lookupList(
  (db, hashes) =>
    db
      .selectFrom("refresh_tokens")
      .leftJoin("users", "users.id", "refresh_tokens.user_id")
      .leftJoin("clients", "clients.id", "refresh_tokens.client_id")
      .leftJoin("client_secrets", "client_secrets.client_id", "refresh_tokens.client_id")
      .selectAll("refresh_tokens")
      .select(PARTY_COLUMNS)
      .where("refresh_tokens.hash", "in", hashes),
  ({ hash }) => hash,
);

const rotate = singleUse({
  mark: (db, now, hashes) =>
    db
      .updateTable("refresh_tokens")
      .set((eb) => ({ used_at: now, removable_at: eb.ref("expires_at") }))
      .where("hash", "in", hashes)
      .where("used_at", "is", null),
  give,
  valuesOf,
});

/**
 * The owner of codes and tokens. user_id, client_id and family_id have an index in each table that
 * is queried by them.
 */
type Owner = Readonly<Partial<Record<"user_id" | "client_id" | "grant_id" | "family_id", string>>>;

/** Ends the codes and tokens of a user, a client or a grant, within a transaction. */
export async function deleteTokens(tx: Database, owner: Owner): Promise<void> {
  // A code or token that is being exchanged is locked until its successors are inserted. So each
  // delete waits for them and the next one finds them: first codes, then refresh tokens, then what
  // both have produced.
  await tx
    .deleteFrom("device_authorizations")
    .where((eb) => eb.and(owner))
    .execute();
  await tx
    .deleteFrom("codes")
    .where((eb) => eb.and(owner))
    .execute();
  await deleteFamilies(tx, owner);
}

async function deleteFamilies(tx: Database, owner: Owner): Promise<void> {
  // Repeated until nothing is left: the successor of a token that this has waited for may be in a
  // part that the delete has passed.
  while (await deleted(tx.deleteFrom("refresh_tokens").where((eb) => eb.and(owner))));
  // An access token may be exchanged for another one of its family in the same way.
  while (await deleted(tx.deleteFrom("access_tokens").where((eb) => eb.and(owner))));
}

const halfOf = (hash: string): string =>
  Buffer.from(hash, "base64url").subarray(0, 16).toString("base64url");

export const tokens = (db: Database): TokenStore => ({
  insertAccess: (token) => accessTokens.one(db, fromAccessToken(token)),

  async findAccess(hash) {
    const row = await accessByHash(db, hash);
    return row && { token: toAccessToken(row), ...toOwners(row) };
  },

  async findAccessHash(half) {
    // 16 bytes fill 21 characters, and two bits of the next one.
    const begin = half.slice(0, 21);
    const rows = await db
      .selectFrom("access_tokens")
      .select("hash")
      .where("hash", ">=", begin) // The primary key.
      .where("hash", "<", `${begin}~`) // It sorts after every character of base64url.
      .execute();
    return rows.find(({ hash }) => halfOf(hash) === half)?.hash;
  },

  async touchAccess({ hash, grantId }, now) {
    await db
      .updateTable("access_tokens")
      .set({ last_used_at: now })
      .where("hash", "=", hash)
      .execute();
    if (grantId !== undefined)
      await db.updateTable("grants").set({ last_used_at: now }).where("id", "=", grantId).execute();
  },

  holdAccess: (hash) =>
    updated(
      db
        .updateTable("access_tokens")
        .set((eb) => ({ acts: eb("acts", "+", 1) }))
        .where("hash", "=", hash),
    ),

  deleteAccess: (hash) => deleted(db.deleteFrom("access_tokens").where("hash", "=", hash)),

  insertRefresh: (token) => refreshTokens.one(db, fromRefreshToken(token)),

  async findRefresh(hash) {
    const row = await refreshByHash(db, hash);
    return row && toRefreshToken(row);
  },

  async findRefreshWithUser(hash) {
    const row = await refreshWithOwners(db, hash);
    return row && { token: toRefreshToken(row), ...toOwners(row) };
  },

  async findRefreshWithParties(hash) {
    const rows = await refreshWithParties(db, hash);
    return rows[0] && { token: toRefreshToken(rows[0]), ...toParties(rows) };
  },

  rotateRefresh: (hash, now, tokens = {}) => rotate(db, { key: hash, now, gift: toGift(tokens) }),

  deleteFamily: (familyId) => atomically(db, (tx) => deleteFamilies(tx, { family_id: familyId })),

  async summarize(clientId, now, limit) {
    const access = db
      .selectFrom("access_tokens")
      .leftJoin("users", "users.id", "access_tokens.user_id")
      .select("access_tokens.last_used_at")
      .where("client_id", "=", clientId) // Index access_tokens_client.
      .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", now)]))
      // A user who is locked, is deleted or signs out everywhere has another epoch from then on.
      .where((eb) =>
        eb.or([eb("user_id", "is", null), eb("users.epoch", "=", eb.ref("access_tokens.epoch"))]),
      )
      .limit(limit);
    const refresh = db
      .selectFrom("refresh_tokens")
      .innerJoin("users", "users.id", "refresh_tokens.user_id")
      .select("refresh_tokens.hash")
      .where("client_id", "=", clientId) // Index refresh_tokens_client.
      .where("used_at", "is", null)
      .where("idle_expires_at", ">", now)
      .where("users.epoch", "=", (eb) => eb.ref("refresh_tokens.epoch"))
      .limit(limit);
    const counted = await db
      .selectFrom(access.as("live"))
      .select(({ fn }) => [fn.countAll<number>().as("count"), fn.max("last_used_at").as("used_at")])
      .executeTakeFirstOrThrow();
    const { count } = await db
      .selectFrom(refresh.as("live"))
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    return { access: counted.count, refresh: count, lastUsedAt: counted.used_at ?? undefined };
  },

  deleteOf: (clientId) => atomically(db, (tx) => deleteTokens(tx, { client_id: clientId })),

  deletePart: (clientId) => atomically(db, (tx) => deletePartOfTokens(tx, clientId)),
});
