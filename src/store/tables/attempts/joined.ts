// Counts the attempts of several callers by one statement, and takes them back likewise. On several
// nodes of a Galera cluster the statements of all processes that change one row conflict, so each
// process has one at a time, and tries again until it wins.
import { sql } from "kysely";
import type { Database } from "../../engine/database.ts";
import { untilWon } from "../../engine/writes/retries.ts";
import { concurrencyOf } from "../../engine/lookup.ts";
import { entry } from "../../engine/memo.ts";
import { WriteBatch } from "../../engine/writes/write-batch.ts";
import { addAttempts, type AttemptRow, countAllAttempts, hasFull } from "./counting.ts";

/** Attempts under all keys or none. */
interface Counted {
  readonly rows: readonly AttemptRow[];
  readonly now: number;
}

/** Some attempts had no room, so each caller asks alone. */
class NoRoomTogetherError extends Error {}

/** What all callers want to count, by key. Keys have the lowest of their limits. */
function sum(counted: readonly Counted[]): Counted {
  const byKey = new Map<string, AttemptRow>();
  for (const row of counted.flatMap(({ rows }) => rows)) {
    const known = byKey.get(row.key_hash) ?? { ...row, tries: 0 };
    byKey.set(row.key_hash, {
      key_hash: row.key_hash,
      tries: known.tries + row.tries,
      limit: Math.min(known.limit, row.limit),
      ends_at: Math.max(known.ends_at, row.ends_at),
      ahead: Math.max(known.ahead, row.ahead),
    });
  }
  return { rows: [...byKey.values()], now: Math.max(...counted.map(({ now }) => now)) };
}

const counting = (db: Database) => {
  const alone = ({ rows, now }: Counted) => untilWon(() => countAllAttempts(db, rows, now));
  return {
    alone,
    // Of many without room most are refused so, and don't wait for the row that all of them change.
    apart: async (counted: Counted) =>
      !(await hasFull(db, counted.rows, counted.now)) && alone(counted),
    async together(counted: readonly Counted[]) {
      if (!(await alone(sum(counted)))) throw new NoRoomTogetherError();
      return true;
    },
  };
};

const adding = (db: Database) => {
  const alone = ({ rows, now }: Counted) => untilWon(() => addAttempts(db, rows, now));
  return { alone, together: (counted: readonly Counted[]) => alone(sum(counted)) };
};

const givingBack = (db: Database) => {
  const together = (keys: readonly (readonly string[])[]) =>
    untilWon(() => takeBack(db, keys.flat()));
  return { alone: (keys: readonly string[]) => together([keys]), together };
};

/** Takes as many attempts back as a key is named. */
export async function takeBack(db: Database, keys: readonly string[]): Promise<void> {
  // In the order of the primary key, as those who count.
  const byKey = [...Map.groupBy(keys.toSorted(), (key) => key)];
  const tries = sql<number>`case key_hash ${sql.join(
    byKey.map(([key, named]) => sql`when ${key} then ${named.length}`),
    sql` `,
  )} end`;
  await db
    .updateTable("attempts")
    .set({ tries: sql<number>`case when tries > ${tries} then tries - ${tries} else 0 end` })
    .where("key_hash", "in", [...new Set(keys)].toSorted())
    .where("tries", ">", 0)
    .execute();
}

/** Returns how to write of one kind, one batch for each database. */
function joined<Write, Result>(
  ways: (db: Database) => {
    alone(write: Write): Promise<Result>;
    apart?(write: Write): Promise<Result>;
    together(writes: readonly Write[]): Promise<Result>;
  },
): (db: Database, write: Write) => Promise<Result> {
  const batches = new WeakMap<object, WriteBatch<Write, Result>>();
  return (db, write) =>
    entry(batches, db.getExecutor().adapter, () => new WriteBatch(ways(db), concurrencyOf(db))).run(
      write,
    );
}

/** Counts attempts under all keys or under none, together with those that wait. */
export const countJoined = joined(counting);

/** Counts attempts under every key that has room, together with those that wait. */
export const addJoined = joined(adding);

/** Takes one attempt back from each key, together with those that wait. */
export const takeBackJoined = joined(givingBack);
