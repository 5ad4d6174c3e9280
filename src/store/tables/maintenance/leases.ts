import { CLOCK_SKEW } from "../../../domain/durations.ts";
import type { LeaseStore } from "../../../domain/security/housekeeping/store.ts";
import { type Database, updated } from "../../engine/database.ts";

// Every statement finds its row by the primary key; migration 0043 inserts the rows.
export const leases = (db: Database): LeaseStore => ({
  take: ({ name, holder, now, until, dueWithin }) =>
    updated(
      db
        .updateTable("leases")
        // Due until it is released: if the holder dies, another process goes on.
        .set({ holder, held_until: until, due_at: now })
        .where("name", "=", name)
        // An end that no process can have set now comes from a clock that was wrong.
        .where(({ or, eb }) =>
          or([
            eb("held_until", "<=", now),
            eb("held_until", ">", until + CLOCK_SKEW),
            eb("holder", "=", holder),
          ]),
        )
        .$if(dueWithin !== undefined, (query) =>
          query.where(({ or, eb }) =>
            or([eb("due_at", "<=", now), eb("due_at", ">", dueWithin ?? 0)]),
          ),
        ),
    ),

  renew: ({ name, holder, until }) =>
    updated(
      db
        .updateTable("leases")
        .set({ held_until: until })
        .where("name", "=", name)
        .where("holder", "=", holder),
    ),

  async release({ name, holder }, dueAt) {
    await db
      .updateTable("leases")
      .set({ holder: "", held_until: 0, due_at: dueAt })
      .where("name", "=", name)
      .where("holder", "=", holder)
      .execute();
  },
});
