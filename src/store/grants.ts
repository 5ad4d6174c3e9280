// What users have agreed to.
import type { Grant } from "../domain/model.ts";
import type { Grants } from "../domain/store.ts";
import { atomically, type Database, deleted, updated } from "./database.ts";
import { Contention, unlessDuplicate } from "./errors.ts";
import { groupKey, groupNumber } from "./group-number.ts";
import { fromList, toList } from "./list-column.ts";
import type { Tables } from "./schema.ts";
import { deleteTokens } from "./tokens.ts";

const toGrant = (row: Tables["grants"]): Grant => ({
  id: row.id,
  userId: row.user_id,
  clientId: row.client_id,
  groupId: BigInt(row.group_id),
  scopes: toList(row.scopes),
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});

const fromGrant = (grant: Grant): Tables["grants"] => ({
  id: grant.id,
  user_id: grant.userId,
  client_id: grant.clientId,
  group_id: groupNumber(grant.groupId),
  scopes: fromList(grant.scopes),
  created_at: grant.createdAt,
  last_used_at: grant.lastUsedAt,
});

export function grants(db: Database): Grants {
  const find = async (id: string) => {
    const row = await db.selectFrom("grants").selectAll().where("id", "=", id).executeTakeFirst();
    return row && toGrant(row);
  };

  const findFor = async (userId: string, clientId: string, groupId: bigint) => {
    const query = db.selectFrom("grants").selectAll().where("user_id", "=", userId); // Index grants_parties.
    const row = await query.where("client_id", "=", clientId).where("group_id", "=", groupKey(groupId)).executeTakeFirst();
    return row && toGrant(row);
  };

  return {
    find,
    findFor,

    async agree(grant) {
      const kept = await findFor(grant.userId, grant.clientId, grant.groupId);
      if (kept === undefined) {
        if (await unlessDuplicate(db.insertInto("grants").values(fromGrant(grant)).execute())) return grant;
        throw new Contention(); // Another first agreement has just been put in.
      }
      return addScopes(db, kept, grant.scopes);
    },

    async list(userId, { after = "", limit }) {
      const query = db.selectFrom("grants").selectAll().where("user_id", "=", userId).where("id", ">", after); // Index grants_parties.
      const rows = await query.orderBy("id").limit(limit).execute();
      return rows.map(toGrant);
    },

    delete: (id) =>
      atomically(db, async (tx) => {
        const grant = await grants(tx).find(id);
        if (grant === undefined || !(await deleted(tx.deleteFrom("grants").where("id", "=", id)))) return false;
        await deleteTokens(tx, { user_id: grant.userId, grant_id: id });
        return true;
      }),
  };
}

/** Compare and swap: when it fails another agreement has added scopes, so it ends. */
async function addScopes(db: Database, grant: Grant, scopes: readonly string[]): Promise<Grant> {
  const merged = { ...grant, scopes: [...new Set([...grant.scopes, ...scopes])] };
  if (merged.scopes.length === grant.scopes.length) return grant;
  const swap = db.updateTable("grants").set({ scopes: fromList(merged.scopes) }).where("id", "=", grant.id);
  if (await updated(swap.where("scopes", "=", fromList(grant.scopes)))) return merged;
  const newer = await grants(db).find(grant.id);
  if (newer === undefined) throw new Contention(); // Taken back in the meantime.
  return addScopes(db, newer, scopes);
}
