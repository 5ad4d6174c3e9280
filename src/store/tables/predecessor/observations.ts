import { type InsertQueryBuilder, type InsertResult, MysqlAdapter, sql } from "kysely";
import type { ObservedOutcome } from "../../../domain/predecessor/observation.ts";
import type {
  AskCount,
  ObservationStore,
  Side,
} from "../../../domain/predecessor/observation-store.ts";
import type { Stage } from "../../../domain/predecessor/stage.ts";
import type { Database } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";

type CountTable =
  | "observed_asks"
  | "observed_calls"
  | "observed_latencies"
  | "observed_differences";

/** The columns of each table that tell its rows apart. */
const KEYS = {
  observed_asks: ["api", "day", "outcome"],
  observed_calls: ["api", "day", "stage", "route", "outcome"],
  observed_latencies: ["api", "day", "side", "most_ms"],
  observed_differences: ["api", "route", "field", "ours", "theirs"],
} as const;

/** The largest number of rows in one statement. */
const CHUNK = 50;

/** Adds to the rows of a table. All processes write in the order of the key: no deadlocks. */
async function addTo<Name extends CountTable>(
  db: Database,
  name: Name,
  rows: readonly Tables[Name][],
): Promise<void> {
  const keyOf = (row: Tables[Name]): string =>
    JSON.stringify((KEYS[name] as readonly (keyof Tables[Name])[]).map((column) => row[column]));
  const sorted = rows.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const hasTime = name === "observed_differences";
  for (let start = 0; start < sorted.length; start += CHUNK) {
    const chunk = sorted.slice(start, start + CHUNK);
    // The builder's type depends on the table; all have the columns that are set.
    const insert = db.insertInto(name as "observed_differences").values(chunk as never);
    await adding(insert, { db, name, hasTime }).execute();
  }
}

type Insert = InsertQueryBuilder<Tables, "observed_differences", InsertResult>;

function adding(
  insert: Insert,
  { db, name, hasTime }: { db: Database; name: CountTable; hasTime: boolean },
): Insert {
  const isMysql = db.getExecutor().adapter instanceof MysqlAdapter;
  const given = (column: string) =>
    isMysql ? sql`values(${sql.ref(column)})` : sql.ref(`excluded.${column}`);
  const own = (column: string) => sql.ref(`${name}.${column}`);
  const greatest = isMysql ? sql`greatest` : sql`max`;
  const set = {
    calls: sql<number>`${own("calls")} + ${given("calls")}`,
    ...(hasTime && {
      last_at: sql<number>`${greatest}(${own("last_at")}, ${given("last_at")})`,
    }),
  };
  return isMysql
    ? insert.onDuplicateKeyUpdate(set)
    : insert.onConflict((conflict) =>
        conflict.columns([...KEYS[name]] as "api"[]).doUpdateSet(set),
      );
}

export const observations = (db: Database): ObservationStore => ({
  async add({ asks, calls, latencies, differences }) {
    await addTo(
      db,
      "observed_asks",
      asks.map((each) => ({ ...each })),
    );
    await addTo(
      db,
      "observed_calls",
      calls.map((each) => ({ ...each })),
    );
    await addTo(
      db,
      "observed_latencies",
      latencies.map(({ mostMs, ...each }) => ({ ...each, most_ms: mostMs })),
    );
    await addTo(
      db,
      "observed_differences",
      differences.map(({ firstAt, lastAt, ...each }) => ({
        ...each,
        first_at: firstAt,
        last_at: lastAt,
      })),
    );
  },

  async noteVolatileFields(fields) {
    if (fields.length === 0) return;
    const rows = fields.map((each) => ({ ...each }));
    await db.insertInto("volatile_fields").ignore().values(rows).execute();
  },

  volatileFields: () => db.selectFrom("volatile_fields").selectAll().execute(),

  async calls(api, since) {
    const rows = await db
      .selectFrom("observed_calls")
      .selectAll()
      .where("api", "=", api)
      .where("day", ">=", since)
      .orderBy("day")
      .execute(); // The primary key.
    return rows.map((row) => ({
      ...row,
      stage: row.stage as Stage,
      outcome: row.outcome as ObservedOutcome,
    }));
  },

  async asks(api, since) {
    const rows = await db
      .selectFrom("observed_asks")
      .selectAll()
      .where("api", "=", api)
      .where("day", ">=", since)
      .execute(); // The primary key.
    return rows.map((row) => ({ ...row, outcome: row.outcome as AskCount["outcome"] }));
  },

  async latencies(api, since) {
    const rows = await db
      .selectFrom("observed_latencies")
      .selectAll()
      .where("api", "=", api)
      .where("day", ">=", since)
      .orderBy("day")
      .execute(); // The primary key.
    return rows.map(({ most_ms, side, ...row }) => ({
      ...row,
      side: side as Side,
      mostMs: most_ms,
    }));
  },

  async differences(api) {
    const rows = await db
      .selectFrom("observed_differences")
      .selectAll()
      .where("api", "=", api)
      .orderBy("calls", "desc")
      .execute(); // The primary key.
    return rows.map(({ first_at, last_at, ...row }) => ({
      ...row,
      firstAt: first_at,
      lastAt: last_at,
    }));
  },

  async passwords(realm) {
    const { users, missing, changed } = await db
      .selectFrom("users")
      .select((eb) => [
        eb.fn.countAll<number>().as("users"),
        // `count` leaves nulls out.
        eb.fn.count<number>(eb.case().when("password_hash", "=", "").then(1).end()).as("missing"),
        eb.fn.count<number>(eb.case().when("own_password", "=", 1).then(1).end()).as("changed"),
      ])
      .where("realm", "=", realm)
      .where("deleted_at", "is", null)
      .executeTakeFirstOrThrow(); // Index users_realm.
    return {
      known: Number(users) - Number(missing),
      missing: Number(missing),
      changedHere: Number(changed),
    };
  },

  async renewCircuits(circuits, oldest) {
    const rows = circuits.map(({ renewedAt, ...each }) => ({ ...each, renewed_at: renewedAt }));
    await db.replaceInto("circuits").values(rows).execute();
    // Index circuits_renewed.
    await db.deleteFrom("circuits").where("renewed_at", "<", oldest).execute();
  },

  async circuits(api, oldest) {
    const rows = await db
      .selectFrom("circuits")
      .selectAll()
      .where("api", "=", api)
      .where("renewed_at", ">", oldest)
      .execute(); // The primary key.
    return rows.map(({ renewed_at, ...row }) => ({ ...row, renewedAt: renewed_at }));
  },
});
