import type { SessionClient, SessionClientStore } from "../../domain/oauth/logout/store.ts";
import { type Database, updated } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";
import type { Tables } from "../engine/schema.ts";

/**
 * Makes the clients of a session or a user due: one of their sessions may have ended. A row whose
 * logout token is on its way keeps its own time.
 */
export async function markSessionClients(
  db: Database,
  by: { readonly session_id: string } | { readonly user_id: string },
): Promise<void> {
  const marked = db
    .updateTable("session_clients")
    .set((eb) => ({ due_at: 0, marks: eb("marks", "+", 1) }))
    .where("tries", "=", 0);
  // The primary key, or index session_clients_user.
  await (
    "session_id" in by
      ? marked.where("session_id", "=", by.session_id)
      : marked.where("user_id", "=", by.user_id)
  ).execute();
}

/** Returns the row of a client whose session goes on. */
export const sessionClientRow = ({
  sessionId,
  clientId,
  userId,
  createdAt,
}: SessionClient): Tables["session_clients"] => ({
  session_id: sessionId,
  client_id: clientId,
  user_id: userId,
  created_at: createdAt,
  due_at: null,
  marks: 0,
  tries: 0,
});

export const sessionClientFromRow = (row: Tables["session_clients"]): SessionClient => ({
  sessionId: row.session_id,
  clientId: row.client_id,
  userId: row.user_id,
  createdAt: row.created_at,
});

export const sessionClients = (db: Database): SessionClientStore => ({
  async note(client) {
    const insertion = db.insertInto("session_clients").values(sessionClientRow(client));
    await unlessDuplicate(insertion.execute());
  },

  async due(now, limit) {
    const rows = await db
      .selectFrom("session_clients as part")
      .leftJoin("sessions", "sessions.id", "part.session_id")
      .leftJoin("users", "users.id", "part.user_id")
      .selectAll("part")
      .select(["sessions.epoch as session_epoch", "users.epoch as user_epoch"])
      // Index session_clients_due, then two primary keys.
      .where("part.due_at", "<=", now)
      .orderBy("part.due_at")
      .limit(limit)
      .execute();
    return rows.map((row) => ({
      ...sessionClientFromRow(row),
      dueAt: row.due_at ?? 0,
      marks: row.marks,
      tries: row.tries,
      isLive: row.session_epoch !== null && row.session_epoch === row.user_epoch,
    }));
  },

  async settle({ sessionId, clientId, marks }) {
    await db
      .updateTable("session_clients")
      .set({ due_at: null })
      .where("session_id", "=", sessionId)
      .where("client_id", "=", clientId)
      .where("marks", "=", marks)
      .where("tries", "=", 0)
      .execute();
  },

  claim({ sessionId, clientId, dueAt, tries }, nextAt) {
    return updated(
      db
        .updateTable("session_clients")
        .set({ due_at: nextAt, tries: tries + 1 })
        .where("session_id", "=", sessionId)
        .where("client_id", "=", clientId)
        .where("due_at", "=", dueAt)
        .where("tries", "=", tries),
    );
  },

  async delete({ sessionId, clientId }) {
    await db
      .deleteFrom("session_clients")
      .where("session_id", "=", sessionId)
      .where("client_id", "=", clientId)
      .execute();
  },
});
