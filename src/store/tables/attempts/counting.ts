// One statement that counts an attempt under several keys. The engines differ in how it says that a
// key has no room.
import { MysqlAdapter, sql } from "kysely";
import { CLOCK_SKEW } from "../../../domain/durations.ts";
import type { Database } from "../../engine/database.ts";

/** An attempt to count under a key. */
export interface AttemptRow {
  readonly key_hash: string;
  readonly limit: number;
  /** The end of a window that begins now. */
  readonly ends_at: number;
}

/** Thrown to undo what was counted under the keys that had room. */
class NoRoomError extends Error {}

/**
 * Counts an attempt under each key that has room. Returns whether all have room. Otherwise SQLite
 * has counted none, and on MySQL the transaction must be rolled back if there are several keys.
 */
export async function countAttempts(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  // All use the primary key in the same order, so that they don't deadlock.
  const sorted = rows.toSorted((one, other) => (one.key_hash < other.key_hash ? -1 : 1));
  if (db.getExecutor().adapter instanceof MysqlAdapter) return countOnMysql(db, sorted, now);
  return countOnSqlite(db, sorted, now);
}

/** Counts an attempt under all keys or under none. It must not be in a transaction. */
export async function countAllAttempts(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  if (!(db.getExecutor().adapter instanceof MysqlAdapter)) return countAttempts(db, rows, now);
  try {
    await db.transaction().execute(async (tx) => {
      if (!(await countAttempts(tx, rows, now))) throw new NoRoomError();
    });
    return true;
  } catch (error) {
    if (error instanceof NoRoomError) return false;
    throw error;
  }
}

async function countOnSqlite(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  const wanted = sql.join(rows.map(({ key_hash, ends_at }) => sql`(${key_hash}, ${ends_at})`));
  const full = sql.join(
    rows.map(
      ({ key_hash, limit, ends_at }) =>
        sql`(key_hash = ${key_hash} and tries >= ${limit}
          and ends_at > ${now} and ends_at <= ${ends_at + CLOCK_SKEW})`,
    ),
    sql` or `,
  );
  const runs = sql`attempts.ends_at > ${now}
    and attempts.ends_at <= excluded.ends_at + ${CLOCK_SKEW}`;
  const { numAffectedRows = 0n } = await sql`insert into attempts (key_hash, tries, ends_at)
    select column1, 1, column2 from (values ${wanted})
    where not exists (select 1 from attempts where ${full})
    on conflict (key_hash) do update set
      tries = case when ${runs} then attempts.tries + 1 else 1 end,
      ends_at = case when ${runs} then attempts.ends_at else excluded.ends_at end`.execute(db);
  return Number(numAffectedRows) === rows.length;
}

/**
 * A key without room stays as it is. It is noticed by `last_insert_id`, because the number of
 * changed rows is the same for it and for a new key.
 */
async function countOnMysql(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  const values = sql.join(rows.map(({ key_hash, ends_at }) => sql`(${key_hash}, 1, ${ends_at})`));
  const limits = sql.join(
    rows.map(({ key_hash, limit }) => sql`when ${key_hash} then ${limit}`),
    sql` `,
  );
  const runs = sql`ends_at > ${now} and ends_at <= values(ends_at) + ${CLOCK_SKEW}`;
  // MySQL assigns in the order written and reads assigned values, so the end comes last.
  const { insertId = 0n } = await sql`insert into attempts (key_hash, tries, ends_at)
    values ${values}
    on duplicate key update
      tries = case
        when not (${runs}) then 1
        when tries < case key_hash ${limits} end then tries + 1
        else tries + 0 * last_insert_id(1)
      end,
      ends_at = case when ${runs} then ends_at else values(ends_at) end`.execute(db);
  return insertId === 0n;
}
