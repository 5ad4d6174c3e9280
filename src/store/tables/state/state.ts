import type { StateStore } from "../../../domain/state/store.ts";
import { type Database, deleted } from "../../engine/database.ts";
import { toDevice } from "../devices.ts";
import { insertRows } from "./insert-rows.ts";
import { pages } from "./pages.ts";
import { progress } from "./progress.ts";
import { removeUnused } from "./remove-unused.ts";

export const state = (db: Database): StateStore => ({
  ...progress(db),
  ...pages(db),
  insert: (rows) => insertRows(db, rows),

  async device(userId, gaid) {
    const row = await db
      .selectFrom("devices")
      .selectAll()
      .where("user_id", "=", userId)
      .where("gaid", "=", gaid)
      .executeTakeFirst(); // The primary key.
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

  removeUnused: (id, updatedAt) => removeUnused(db, id, updatedAt),
});
