// Clients that no administrator registered, and that no user has let in for long.
import type { ExpressionBuilder } from "kysely";
import { DAY } from "../../../domain/durations.ts";
import { CLIENT_KINDS } from "../../../domain/origins.ts";
import { atomically, type Database, deleted } from "../../engine/database.ts";
import { Contention } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";
import { deletePartOfClient } from "../tokens/token-parts.ts";
import { deleteTokens } from "../tokens/tokens.ts";
import { deleteOrigins } from "./client-origins.ts";

/** Deletes what belongs to a client, in the transaction that deletes the client. */
export async function deleteBelongings(tx: Database, id: string): Promise<void> {
  await tx.deleteFrom("client_secrets").where("client_id", "=", id).execute();
  await tx.deleteFrom("api_requests").where("client_id", "=", id).execute();
  await deleteOrigins(tx, id);
  await tx
    .deleteFrom("origins")
    .where("kind", "in", CLIENT_KINDS) // The primary key.
    .where("ref", "=", id)
    .execute();
  await tx.deleteFrom("grants").where("client_id", "=", id).execute();
  await deleteTokens(tx, { client_id: id });
}

/** When a client is unused: it has expired, and no access to it was used since `usedBefore`. */
interface Unused {
  readonly now: number;
  readonly usedBefore: number;
}

/** Returns the expired clients, the longest expired one first. */
export const expiredClients = (db: Database, now: number, limit: number) =>
  db
    .selectFrom("clients")
    .select("id")
    .where("expires_at", "<=", now) // Index clients_expiry.
    .orderBy("expires_at")
    .limit(limit);

/**
 * Removes up to `limit` unused clients, each in one transaction. Used ones wait another day, and so
 * does one whose removal fails, so that the others don't wait for it.
 */
export async function purgeUnused(db: Database, unused: Unused, limit: number): Promise<number> {
  for (;;) {
    const expired = await expiredClients(db, unused.now, limit).execute();
    const failures: unknown[] = [];
    let count = 0;
    for (const { id } of expired) {
      const isGone = await purgeClient(db, id, unused).catch((error: unknown) => {
        if (error instanceof Contention) throw error;
        failures.push(error);
        return false;
      });
      if (isGone) count++;
      else await postpone(db, id, unused.now);
    }
    if (failures.length > 0) throw failures[0];
    if (count > 0 || expired.length === 0) return count;
  }
}

async function purgeClient(db: Database, id: string, unused: Unused): Promise<boolean> {
  for (;;) {
    const done = await atomically(db, async (tx) => {
      if ((await isUnused(tx, id, unused)) && (await deletePartOfClient(tx, id))) return "part";
      if (!(await deleted(deletion(tx, id, unused)))) return "nothing";
      await deleteBelongings(tx, id);
      return "client";
    });
    if (done !== "part") return done === "client";
  }
}

const postpone = (db: Database, id: string, now: number): Promise<unknown> =>
  db
    .updateTable("clients")
    .set({ expires_at: now + DAY })
    .where("id", "=", id) // The primary key.
    .where("expires_at", "<=", now)
    .execute();

const isUnused = async (tx: Database, id: string, unused: Unused): Promise<boolean> => {
  const query = tx.selectFrom("clients").select("id").where("id", "=", id); // The primary key.
  return (await query.where(ofUnused(unused)).executeTakeFirst()) !== undefined;
};

/** One statement decides, so that a user who agrees meanwhile keeps the client. */
const deletion = (tx: Database, id: string, unused: Unused) =>
  tx
    .deleteFrom("clients")
    .where("id", "=", id) // The primary key.
    .where(ofUnused(unused));

/** The condition of an unused client. */
const ofUnused =
  ({ now, usedBefore }: Unused) =>
  ({ or, and, eb, not, exists, selectFrom }: ExpressionBuilder<Tables, "clients">) => {
    const grant = selectFrom("grants")
      .select("grants.id")
      .whereRef("grants.client_id", "=", "clients.id") // Index grants_client.
      .where((of) =>
        of.or([
          of("grants.last_used_at", ">", usedBefore),
          of("clients.registration_hash", "is", null),
        ]),
      );
    return and([
      eb("expires_at", "<=", now),
      // One that describes itself would come back as unknown to administrators.
      or([
        eb("registration_hash", "is not", null),
        and([eb("verified_at", "is", null), eb("disabled_at", "is", null)]),
      ]),
      not(exists(grant)),
    ]);
  };
