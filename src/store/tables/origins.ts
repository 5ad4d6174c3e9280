import type { Origin, OriginKind, OriginSource, OriginStore } from "../../domain/origins.ts";
import { type Database, deleted, PARAMETER } from "../engine/database.ts";
import { prepared } from "../engine/memo.ts";
import type { Tables } from "../engine/schema.ts";

/** The largest number of rows in one statement. */
const CHUNK = 50;

const toOrigin = (row: Tables["origins"]): Origin => ({
  kind: row.kind as OriginKind,
  ref: row.ref,
  source: row.source as OriginSource,
  at: row.at,
  mark: row.mark,
});

/** The primary key. */
const byRef = prepared<[kind: string, ref: string], Tables["origins"]>(
  (db, kind, ref) =>
    db.selectFrom("origins").selectAll().where("kind", "=", kind).where("ref", "=", ref),
  [PARAMETER, PARAMETER],
);

export const origins = (db: Database): OriginStore => ({
  async insert(all) {
    for (let start = 0; start < all.length; start += CHUNK) {
      const rows = all.slice(start, start + CHUNK).map((origin) => ({ ...origin }));
      await db.insertInto("origins").ignore().values(rows).execute();
    }
  },

  async find(kind, ref) {
    const [row] = (await byRef(db, kind, ref)).rows;
    return row && toOrigin(row);
  },

  async findMany(kinds, refs) {
    if (refs.length === 0) return [];
    const rows = await db
      .selectFrom("origins")
      .selectAll()
      .where("kind", "in", kinds)
      .where("ref", "in", refs)
      .execute(); // The primary key.
    return rows.map(toOrigin);
  },

  hasAny: async () =>
    (await db.selectFrom("origins").select("kind").limit(1).executeTakeFirst()) !== undefined,

  // The primary key.
  delete: (kind, ref) =>
    deleted(db.deleteFrom("origins").where("kind", "=", kind).where("ref", "=", ref)),

  async count(source) {
    const rows = await db
      .selectFrom("origins")
      .select((eb) => ["kind", eb.fn.countAll<number>().as("things")])
      .where("source", "=", source)
      .groupBy("kind")
      .execute(); // Index origins_source.
    return Object.fromEntries(rows.map(({ kind, things }) => [kind, Number(things)]));
  },

  async list(source, kind, { after = "", limit }) {
    const rows = await db
      .selectFrom("origins")
      .selectAll()
      .where("source", "=", source)
      .where("kind", "=", kind)
      .where("ref", ">", after)
      .orderBy("ref")
      .limit(limit)
      .execute(); // Index origins_source, on both engines: source, kind, ref.
    return rows.map(toOrigin);
  },
});
