import type { StateStore } from "../../../domain/state/store.ts";
import { type Database, deleted } from "../../engine/database.ts";
import { lookupList } from "../../engine/lookup.ts";
import { toDevice } from "../devices.ts";
import { sessionClientFromRow } from "../session-clients.ts";
import { insertRows } from "./insert-rows.ts";
import { pages } from "./pages.ts";
import { progress } from "./progress.ts";
import { removeUnused } from "./remove-unused.ts";

/** The primary key begins with the user, who has few devices. */
const ofUser = lookupList(
  (db, users) => db.selectFrom("devices").selectAll().where("user_id", "in", users),
  ({ user_id }) => user_id,
);

/** The primary key begins with the session, which has few clients. */
const ofSession = lookupList(
  (db, sessions) =>
    db.selectFrom("session_clients").selectAll().where("session_id", "in", sessions),
  ({ session_id }) => session_id,
);

export const state = (db: Database): StateStore => ({
  ...progress(db),
  ...pages(db),
  insert: (rows) => insertRows(db, rows),

  async device(userId, gaid) {
    const row = (await ofUser(db, userId)).find((each) => each.gaid === gaid);
    return row && toDevice(row);
  },

  deleteDevice: ({ userId, gaid, seenAt }) =>
    deleted(
      db
        .deleteFrom("devices")
        .where("user_id", "=", userId)
        .where("gaid", "=", gaid)
        .where("seen_at", "=", seenAt),
    ),

  async sessionClient(sessionId, clientId) {
    const row = (await ofSession(db, sessionId)).find((each) => each.client_id === clientId);
    return row && sessionClientFromRow(row);
  },

  deleteSessionClient: ({ sessionId, clientId }) =>
    deleted(
      db
        .deleteFrom("session_clients")
        .where("session_id", "=", sessionId)
        .where("client_id", "=", clientId)
        .where("due_at", "is", null)
        .where("tries", "=", 0),
    ),

  removeUnused: (id, updatedAt) => removeUnused(db, id, updatedAt),
});
