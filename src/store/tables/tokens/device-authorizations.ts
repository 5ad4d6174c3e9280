// Devices that wait for a user. Their codes are stored as hashes.
import type { DeviceAuthorization } from "../../../domain/oauth/device/device-authorization.ts";
import type { DeviceAuthorizationStore } from "../../../domain/oauth/device/store.ts";
import type { AuthorizationDetail } from "../../../domain/oauth/details/detail.ts";
import type { Terms } from "../../../domain/oauth/terms.ts";
import { COUNTING_SKEW } from "../../../domain/durations.ts";
import { type Database, updated } from "../../engine/database.ts";
import { unlessDuplicate } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";
import { singleUse } from "../../engine/writes/single-use.ts";
import { fromList, toList } from "../json-list.ts";
import { fromValue, toValue } from "../json-value.ts";
import { give, toGift, valuesOf } from "./gifts.ts";

const use = singleUse({
  mark: (db, now, hashes) =>
    db
      .updateTable("device_authorizations")
      .set({ used_at: now })
      .where("hash", "in", hashes) // The primary key.
      .where("used_at", "is", null)
      .where("user_id", "is not", null),
  give,
  valuesOf,
});

const fromRow = (row: Tables["device_authorizations"]): DeviceAuthorization => ({
  hash: row.hash,
  userCode: row.user_code,
  clientId: row.client_id,
  scopes: toList(row.scopes),
  audience: toList(row.audience),
  details: toValue<AuthorizationDetail[]>(row.details) ?? [],
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  intervalMs: row.interval_ms,
  deniedAt: row.denied_at ?? undefined,
  usedAt: row.used_at ?? undefined,
  ...(row.user_id !== null && {
    approval: {
      userId: row.user_id,
      epoch: row.epoch ?? 0,
      grantId: row.grant_id ?? "",
      familyId: row.family_id ?? "",
      terms: toValue<Terms>(row.terms) ?? {},
    },
  }),
});

/** Finds one whose answer is awaited, by its primary key. */
const waiting = (db: Database, hash: string, now: number) =>
  db
    .updateTable("device_authorizations")
    .where("hash", "=", hash) // The primary key.
    .where("user_id", "is", null)
    .where("denied_at", "is", null)
    .where("expires_at", ">", now);

export const deviceAuthorizations = (db: Database): DeviceAuthorizationStore => ({
  insert: (authorization) =>
    unlessDuplicate(
      db
        .insertInto("device_authorizations")
        .values({
          hash: authorization.hash,
          user_code: authorization.userCode,
          client_id: authorization.clientId,
          scopes: fromList(authorization.scopes),
          audience: fromList(authorization.audience),
          details:
            authorization.details.length === 0 ? null : JSON.stringify(authorization.details),
          created_at: authorization.createdAt,
          expires_at: authorization.expiresAt,
          interval_ms: authorization.intervalMs,
          polled_at: null,
          denied_at: null,
          used_at: null,
          user_id: null,
          epoch: null,
          grant_id: null,
          family_id: null,
          terms: null,
        })
        .execute(),
    ),

  async find(hash) {
    const query = db.selectFrom("device_authorizations").selectAll().where("hash", "=", hash);
    const row = await query.executeTakeFirst(); // The primary key.
    return row && fromRow(row);
  },

  async findByUserCode(code) {
    const query = db.selectFrom("device_authorizations").selectAll();
    // The unique index device_authorizations_code.
    const row = await query.where("user_code", "=", code).executeTakeFirst();
    return row && fromRow(row);
  },

  approve: (hash, { userId, epoch, grantId, familyId, terms }, now) =>
    updated(
      waiting(db, hash, now).set({
        user_id: userId,
        epoch,
        grant_id: grantId,
        family_id: familyId,
        terms: fromValue(terms),
      }),
    ),

  deny: (hash, now) => updated(waiting(db, hash, now).set({ denied_at: now })),

  poll: (hash, now) =>
    updated(
      db
        .updateTable("device_authorizations")
        .set({ polled_at: now })
        .where("hash", "=", hash) // The primary key.
        .where((eb) =>
          eb.or([
            eb("polled_at", "is", null),
            eb(eb("polled_at", "+", eb.ref("interval_ms")), "<=", now),
            // By a clock that was ahead.
            eb("polled_at", ">", now + COUNTING_SKEW),
          ]),
        ),
    ),

  async slowDown(hash, byMs) {
    await db
      .updateTable("device_authorizations")
      .set((eb) => ({ interval_ms: eb("interval_ms", "+", byMs) }))
      .where("hash", "=", hash) // The primary key.
      .execute();
  },

  redeem: (hash, now, tokens) => use(db, { key: hash, now, gift: toGift(tokens) }),
});
