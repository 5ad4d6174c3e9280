// The consents of users; the table has its old name.
import type { Consent } from "../../domain/model.ts";
import type { ConsentStore } from "../../domain/oauth/store.ts";
import { atomically, type Database, deleted, updated } from "../engine/database.ts";
import { Contention, unlessDuplicate } from "../engine/errors.ts";
import { groupKey, groupNumber } from "./group-number.ts";
import { fromList, toList } from "./json-list.ts";
import type { Tables } from "../engine/schema.ts";
import { deleteTokens } from "./tokens/tokens.ts";

export const grantFromRow = (row: Tables["grants"]): Consent => ({
  id: row.id,
  userId: row.user_id,
  clientId: row.client_id,
  groupId: BigInt(row.group_id),
  scopes: toList(row.scopes),
  lifetimeMs: row.lifetime_ms ?? undefined,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

export const fromGrant = (grant: Consent): Tables["grants"] => ({
  id: grant.id,
  user_id: grant.userId,
  client_id: grant.clientId,
  group_id: groupNumber(grant.groupId),
  scopes: fromList(grant.scopes),
  lifetime_ms: grant.lifetimeMs ?? null,
  created_at: grant.createdAt,
  last_used_at: grant.lastUsedAt,
});

export function grants(db: Database): ConsentStore {
  const find = async (id: string) => {
    const row = await db.selectFrom("grants").selectAll().where("id", "=", id).executeTakeFirst();
    return row && grantFromRow(row);
  };

  const findFor = async (userId: string, clientId: string, groupId: bigint) => {
    // Index grants_parties.
    const query = db.selectFrom("grants").selectAll().where("user_id", "=", userId);
    const row = await query
      .where("client_id", "=", clientId)
      .where("group_id", "=", groupKey(groupId))
      .executeTakeFirst();
    return row && grantFromRow(row);
  };

  return {
    find,
    findFor,

    async agree(grant) {
      const kept = await findFor(grant.userId, grant.clientId, grant.groupId);
      if (kept === undefined) {
        if (await unlessDuplicate(db.insertInto("grants").values(fromGrant(grant)).execute()))
          return grant;
        throw new Contention(); // Another first agreement has just been put in.
      }
      return agreeAgain(db, kept, grant);
    },

    async list(userId, { after = "", limit }) {
      const query = db
        .selectFrom("grants")
        .selectAll()
        .where("user_id", "=", userId)
        .where("id", ">", after); // Index grants_parties.
      const rows = await query.orderBy("id").limit(limit).execute();
      return rows.map(grantFromRow);
    },

    async summarize(clientId, limit) {
      const { users, used_at } = await db
        .selectFrom((eb) =>
          eb
            .selectFrom("grants")
            .select(["user_id", "last_used_at"])
            .where("client_id", "=", clientId)
            .limit(limit)
            .as("looked_at"),
        ) // Index grants_client.
        .select(({ fn }) => [
          fn.count<number>("user_id").distinct().as("users"),
          fn.max("last_used_at").as("used_at"),
        ])
        .executeTakeFirstOrThrow();
      return { users, lastUsedAt: used_at ?? undefined };
    },

    delete: (id) =>
      atomically(db, async (tx) => {
        const grant = await grants(tx).find(id);
        if (grant === undefined || !(await deleted(tx.deleteFrom("grants").where("id", "=", id))))
          return false;
        await deleteTokens(tx, { user_id: grant.userId, grant_id: id });
        return true;
      }),

    async deleteFor(userId, groupId) {
      // Index grants_parties.
      const theirs = await db
        .selectFrom("grants")
        .select("id")
        .where("user_id", "=", userId)
        .where("group_id", "=", groupKey(groupId))
        .execute();
      for (const { id } of theirs) await grants(db).delete(id);
    },
  };
}

/** Returns the longer of two lifetimes; undefined means no limit. */
const longer = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.max(one, other);

/**
 * Adds the scopes and the longer lifetime, and records the time. It writes even if there is nothing
 * to add: the consent, and the code that is about to be inserted, then can't be revoked before the
 * transaction ends.
 */
async function agreeAgain(
  db: Database,
  kept: Consent,
  more: Pick<Consent, "scopes" | "lifetimeMs" | "lastUsedAt">,
): Promise<Consent> {
  const scopes = [...new Set([...kept.scopes, ...more.scopes])];
  const merged = {
    ...kept,
    scopes,
    lifetimeMs: longer(kept.lifetimeMs, more.lifetimeMs),
    lastUsedAt: Math.max(kept.lastUsedAt, more.lastUsedAt),
  };
  // Compare and swap: it fails when another consent has added scopes or time, so the loop ends.
  const change = {
    scopes: fromList(merged.scopes),
    lifetime_ms: merged.lifetimeMs ?? null,
    last_used_at: merged.lastUsedAt,
  };
  const swap = db
    .updateTable("grants")
    .set(change)
    .where("id", "=", kept.id)
    .where("scopes", "=", fromList(kept.scopes)); // The primary key.
  if (
    await updated(
      kept.lifetimeMs === undefined
        ? swap.where("lifetime_ms", "is", null)
        : swap.where("lifetime_ms", "=", kept.lifetimeMs),
    )
  )
    return merged;
  const newer = await grants(db).find(kept.id);
  if (newer === undefined) throw new Contention(); // Taken back in the meantime.
  return agreeAgain(db, newer, more);
}
