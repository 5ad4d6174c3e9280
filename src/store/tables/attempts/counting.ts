// One statement that counts attempts under several keys. The engines differ in how it says that a
// key has no room.
import { MysqlAdapter, type RawBuilder, sql } from "kysely";
import { COUNTING_SKEW, DAY } from "../../../domain/durations.ts";
import type { Database } from "../../engine/database.ts";

/** Attempts to count under a key. */
export interface AttemptRow {
  readonly key_hash: string;
  /** How many to count; on SQLite always one. */
  readonly tries: number;
  readonly limit: number;
  /** The end of a window that begins now. */
  readonly ends_at: number;
  /**
   * How much later than that a window may end. A later end was written by a clock that was ahead,
   * so that window is none: it would last for as long as the clock was ahead.
   */
  readonly ahead: number;
}

/** How much later a window may end that no caller is locked out by. */
export const LIMITING = COUNTING_SKEW;
/** The same for what may be done only so often, however far a clock was ahead. */
export const LASTING = 1_000 * 365 * DAY;

/** Thrown to undo what was counted under the keys that had room. */
class NoRoomError extends Error {}

/** Returns whether the counters of a database are on a server, and not in a file. */
export const isOnServer = (db: Database): boolean =>
  db.getExecutor().adapter instanceof MysqlAdapter;

/** Sorts rows by the primary key, so that statements that change the same ones don't deadlock. */
const sortedRows = (rows: readonly AttemptRow[]): AttemptRow[] =>
  rows.toSorted((one, other) => (one.key_hash < other.key_hash ? -1 : 1));

/**
 * Counts the attempts under each key that has room. Returns whether all have room. Otherwise SQLite
 * has counted none, and on MySQL the transaction must be rolled back if there are several keys.
 */
export async function countAttempts(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  if (!isOnServer(db)) return countOnSqlite(db, sortedRows(rows), now);
  // A window that begins now has no room for these.
  if (rows.some(({ tries, limit }) => tries > limit)) return false;
  // A key without room stays as it is. `last_insert_id` says so, because the number of changed rows
  // is the same for it and for a new key.
  const full = () => sql`tries + 0 * last_insert_id(1)`;
  return (await countOnMysql(db, sortedRows(rows), { now, full })) === 0n;
}

/** Returns whether one of the keys has no room, by a read that waits for no change. */
export async function hasFull(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  const full = await db
    .selectFrom("attempts")
    .select("key_hash")
    .where((eb) =>
      eb.or(
        rows.map(({ key_hash, limit, ends_at, ahead }) =>
          eb.and([
            eb("key_hash", "=", key_hash),
            eb("tries", ">=", limit),
            eb("ends_at", ">", now),
            eb("ends_at", "<=", ends_at + ahead),
          ]),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  return full !== undefined;
}

/** Counts the attempts of a server's counters under every key, up to its limit. */
export async function addAttempts(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<void> {
  const capped = rows.map((row) => ({ ...row, tries: Math.min(row.tries, row.limit) }));
  const full = (limit: RawBuilder<unknown>) => sql`greatest(tries, ${limit})`;
  await countOnMysql(db, sortedRows(capped), { now, full });
}

/** Counts the attempts under all keys or under none. It must not be in a transaction. */
export async function countAllAttempts(
  db: Database,
  rows: readonly AttemptRow[],
  now: number,
): Promise<boolean> {
  // One statement is a transaction.
  if (!isOnServer(db) || rows.length === 1) return countAttempts(db, rows, now);
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
      ({ key_hash, limit, ends_at, ahead }) =>
        sql`(key_hash = ${key_hash} and tries >= ${limit}
          and ends_at > ${now} and ends_at <= ${ends_at + ahead})`,
    ),
    sql` or `,
  );
  const runs = sql`attempts.ends_at > ${now}
    and attempts.ends_at <= excluded.ends_at + ${aheadOf(rows, sql`attempts.key_hash`)}`;
  const { numAffectedRows = 0n } = await sql`insert into attempts (key_hash, tries, ends_at)
    select column1, 1, column2 from (values ${wanted})
    where not exists (select 1 from attempts where ${full})
    on conflict (key_hash) do update set
      tries = case when ${runs} then attempts.tries + 1 else 1 end,
      ends_at = case when ${runs} then attempts.ends_at else excluded.ends_at end`.execute(db);
  return Number(numAffectedRows) === rows.length;
}

/** Counts attempts; `full` is what a counter becomes without room. Returns `last_insert_id`. */
async function countOnMysql(
  db: Database,
  rows: readonly AttemptRow[],
  { now, full }: { readonly now: number; full(limit: RawBuilder<unknown>): RawBuilder<unknown> },
): Promise<bigint> {
  const values = sql.join(
    rows.map(({ key_hash, tries, ends_at }) => sql`(${key_hash}, ${tries}, ${ends_at})`),
  );
  const limits = sql.join(
    rows.map(({ key_hash, limit }) => sql`when ${key_hash} then ${limit}`),
    sql` `,
  );
  const limitOf = sql`case key_hash ${limits} end`;
  const ahead = aheadOf(rows, sql`key_hash`);
  const runs = sql`ends_at > ${now} and ends_at <= values(ends_at) + ${ahead}`;
  // MySQL assigns in the order written and reads assigned values, so the end comes last.
  const { insertId = 0n } = await sql`insert into attempts (key_hash, tries, ends_at)
    values ${values}
    on duplicate key update
      tries = case
        when not (${runs}) then values(tries)
        when tries + values(tries) <= ${limitOf} then tries + values(tries)
        else ${full(limitOf)}
      end,
      ends_at = case when ${runs} then ends_at else values(ends_at) end`.execute(db);
  return insertId;
}

/** Returns how much later than one that begins now the window of a key may end. */
function aheadOf(rows: readonly AttemptRow[], key: RawBuilder<unknown>): RawBuilder<unknown> {
  const aheads = sql.join(
    rows.map(({ key_hash, ahead }) => sql`when ${key_hash} then ${ahead}`),
    sql` `,
  );
  return sql`case ${key} ${aheads} end`;
}
