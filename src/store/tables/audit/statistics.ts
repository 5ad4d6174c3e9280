import { MysqlAdapter, sql } from "kysely";
import type {
  DailyCount,
  StatisticsStore,
} from "../../../domain/administration/statistics/store.ts";
import { atomically, type Database, updated } from "../../engine/database.ts";
import { countTablePart } from "./table-counts.ts";

/** The largest number of rows in one statement. */
const CHUNK = 50;

/** Adds to the rows. All processes write in the order of the key: no deadlocks. */
async function add(db: Database, counts: readonly DailyCount[]): Promise<void> {
  const isMysql = db.getExecutor().adapter instanceof MysqlAdapter;
  const keyOf = ({ type, day, succeeded, reason }: DailyCount): string =>
    JSON.stringify([type, day, succeeded, reason]);
  const rows = counts
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
    .map((count) => ({ ...count, succeeded: Number(count.succeeded) }));
  const given = isMysql ? sql`values(${sql.ref("events")})` : sql.ref("excluded.events");
  const set = { events: sql<number>`${sql.ref("audit_days.events")} + ${given}` };
  for (let start = 0; start < rows.length; start += CHUNK) {
    const insert = db.insertInto("audit_days").values(rows.slice(start, start + CHUNK));
    await (
      isMysql
        ? insert.onDuplicateKeyUpdate(set)
        : insert.onConflict((conflict) =>
            conflict.columns(["type", "day", "succeeded", "reason"]).doUpdateSet(set),
          )
    ).execute();
  }
}

export const statistics = (db: Database): StatisticsStore => ({
  async position() {
    const row = await db
      .selectFrom("rollups")
      .select("position")
      .where("name", "=", "audit_days")
      .executeTakeFirst(); // The primary key.
    return row?.position ?? "";
  },

  movePosition: (from, to) =>
    updated(
      db
        .updateTable("rollups")
        .set({ position: to })
        .where("name", "=", "audit_days")
        .where("position", "=", from),
    ), // The primary key.

  async events(after, before, limit) {
    const rows = await db
      .selectFrom("audit_events")
      .select(["id", "at", "type", "succeeded", "details"])
      .where("id", ">", after)
      .where("id", "<", before)
      .orderBy("id")
      .limit(limit)
      .execute(); // The primary key.
    return rows.map(({ succeeded, details, ...row }) => ({
      ...row,
      succeeded: succeeded === 1,
      // Only a refusal has a reason.
      details: succeeded === 1 ? {} : JSON.parse(details),
    }));
  },

  add: (counts) => add(db, counts),

  async daily(types, since) {
    const rows = await db
      .selectFrom("audit_days")
      .selectAll()
      .where("type", "in", types)
      .where("day", ">=", since)
      .execute(); // The primary key.
    return rows.map((row) => ({ ...row, succeeded: row.succeeded === 1 }));
  },

  holdTables: (now, until) =>
    updated(
      db
        .updateTable("rollups")
        .set({ held_until: until })
        .where("name", "=", "table_counts")
        .where("held_until", "<=", now),
    ), // The primary key.

  countPart: (table, page, now) => countTablePart(db, table, page, now),

  async countRequests(limit) {
    const few = db.selectFrom("api_requests").select("created_at").limit(limit).as("few");
    const { waiting } = await db
      .selectFrom(few)
      .select((eb) => eb.fn.countAll<number>().as("waiting"))
      .executeTakeFirstOrThrow(); // Index api_requests_created.
    return Number(waiting);
  },

  keepTables: ({ countedAt, counts }) =>
    atomically(db, async (tx) => {
      await tx.deleteFrom("table_counts").execute();
      const rows = [...counts].map(([name, rows_counted]) => ({
        name,
        rows_counted,
        counted_at: countedAt,
      }));
      if (rows.length > 0) await tx.insertInto("table_counts").values(rows).execute();
    }),

  async tables() {
    const rows = await db.selectFrom("table_counts").selectAll().execute();
    const [first] = rows;
    return first === undefined
      ? undefined
      : {
          countedAt: first.counted_at,
          counts: new Map(rows.map(({ name, rows_counted }) => [name, rows_counted])),
        };
  },
});
