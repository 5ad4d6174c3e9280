// Only the hash of a session's token is stored.
import type { Session } from "../../domain/model.ts";
import type { SessionStore } from "../../domain/sessions/store.ts";
import { atomically, type Database, deleted, updated } from "../engine/database.ts";
import { lookup } from "../engine/lookup.ts";
import type { Tables } from "../engine/schema.ts";
import { insertion } from "../engine/writes/insertion.ts";
import { fromList, toList } from "./json-list.ts";
import { markSessionClients } from "./session-clients.ts";
import { userFromRow, USER_COLUMNS } from "./users/user-row.ts";

/** Index sessions_token, then the user's primary key. */
const byToken = lookup(
  (db, hashes) =>
    db
      .selectFrom("sessions")
      .innerJoin("users", "users.id", "sessions.user_id")
      .selectAll("sessions")
      .select(USER_COLUMNS)
      .where("sessions.token_hash", "in", hashes),
  ({ token_hash }) => token_hash,
);

const inserted = insertion("sessions");

/** The epoch of a session that has ended and whose row stays; no user has it. */
const ENDED = -1;

export const sessionFromRow = (row: Tables["sessions"]): Session => ({
  id: row.id,
  userId: row.user_id,
  epoch: row.epoch,
  api: row.api,
  tokenHash: row.token_hash,
  userAgent: row.user_agent,
  address: row.address,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  expiresAt: row.expires_at,
  ...(row.foreign_token === 1 && { hasForeignToken: true as const }),
  ...(row.amr !== null && { amr: toList(row.amr) }),
});

export const sessionRow = (session: Session): Tables["sessions"] => ({
  id: session.id,
  user_id: session.userId,
  epoch: session.epoch,
  api: session.api,
  token_hash: session.tokenHash,
  user_agent: session.userAgent,
  address: session.address,
  created_at: session.createdAt,
  last_used_at: session.lastUsedAt,
  expires_at: session.expiresAt,
  acts: 0,
  foreign_token: Number(session.hasForeignToken === true),
  amr: session.amr === undefined ? null : fromList(session.amr),
});

async function endOne(db: Database, id: string): Promise<boolean> {
  if (await deleted(db.deleteFrom("sessions").where("id", "=", id).where("foreign_token", "=", 0)))
    return true;
  return updated(
    db
      .updateTable("sessions")
      .set({ epoch: ENDED })
      .where("id", "=", id)
      .where("foreign_token", "=", 1)
      .where("epoch", "<>", ENDED),
  );
}

export const sessions = (db: Database): SessionStore => ({
  insert: (session) => inserted.one(db, sessionRow(session)),

  async find(id) {
    const row = await db.selectFrom("sessions").selectAll().where("id", "=", id).executeTakeFirst();
    return row && sessionFromRow(row);
  },

  async findByToken(tokenHash) {
    const row = await byToken(db, tokenHash);
    return row && { session: sessionFromRow(row), user: userFromRow(row) };
  },

  async list(userId, epoch, now, { after, limit }) {
    const rows = await db
      .selectFrom("sessions")
      .selectAll()
      // Index sessions_user.
      .where("user_id", "=", userId)
      .$if(after !== undefined, (query) => query.where("id", "<", after ?? ""))
      .where("epoch", "=", epoch)
      .where("expires_at", ">", now)
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(sessionFromRow);
  },

  async touch(id, now) {
    await db.updateTable("sessions").set({ last_used_at: now }).where("id", "=", id).execute();
  },

  hold: (id) =>
    updated(
      db
        .updateTable("sessions")
        .set((eb) => ({ acts: eb("acts", "+", 1) }))
        .where("id", "=", id),
    ),

  async carryOver(id, from, to) {
    await db
      .updateTable("sessions")
      .set({ epoch: to })
      .where("id", "=", id)
      .where("epoch", "=", from)
      .execute();
  },

  delete: (id) =>
    atomically(db, async (tx) => {
      const ended = await endOne(tx, id);
      if (ended) await markSessionClients(tx, { session_id: id });
      return ended;
    }),

  deleteAll: (userId, now, except) =>
    atomically(db, async (tx) => {
      const ending = tx.updateTable("users").set({ access_ended_at: now });
      await ending.where("id", "=", userId).execute();
      const theirs = tx.deleteFrom("sessions").where("user_id", "=", userId); // sessions_user.
      const { numDeletedRows } = await theirs
        .$if(except !== undefined, (query) => query.where("id", "!=", except ?? ""))
        .executeTakeFirstOrThrow();
      await markSessionClients(tx, { user_id: userId });
      return Number(numDeletedRows);
    }),
});
