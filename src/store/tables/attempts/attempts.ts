// A key may have any length and name a person, so only its hash is stored.
import { createHash } from "node:crypto";
import type { AttemptStore, AttemptTake } from "../../../domain/security/store.ts";
import { isReplicated } from "../../engine/mysql/server-adapter.ts";
import { checked } from "../../engine/check-parameters.ts";
import { atomically, type Database } from "../../engine/database.ts";
import type { AfterCommit } from "../../engine/writes/after-commit.ts";
import {
  type AttemptRow,
  countAllAttempts,
  countAttempts,
  isOnServer,
  LASTING,
  LIMITING,
} from "./counting.ts";
import { addJoined, countJoined, takeBack, takeBackJoined } from "./joined.ts";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("base64url");

const rowOf = (
  { key, limit, windowMs }: AttemptTake,
  now: number,
  ahead = LIMITING,
): AttemptRow => ({
  key_hash: hashOf(key),
  tries: 1,
  limit,
  ends_at: now + windowMs,
  ahead,
});

/** Counts an attempt under a key, also in a transaction. */
const countOne = (db: Database, row: AttemptRow, now: number): Promise<boolean> =>
  db.isTransaction ? countAttempts(db, [row], now) : countAll(db, [row], now);

/** Counts attempts under all keys or under none. */
async function countAll(db: Database, rows: readonly AttemptRow[], now: number): Promise<boolean> {
  if (!isOnServer(db)) return countAllAttempts(db, rows, now);
  // A wrong type must fail alone, not those that it would be joined with.
  checked(rows.flatMap((row) => Object.values(row)));
  return countJoined(db, { rows, now });
}

/** Returns for how long a key has no room. */
async function waitOf(db: Database, take: AttemptTake, now: number): Promise<number> {
  const { key_hash: hash, limit, ends_at: end, ahead } = rowOf(take, now);
  if (limit < 1) return take.windowMs;
  const full = await db
    .selectFrom("attempts")
    .selectAll()
    .where("key_hash", "=", hash)
    .executeTakeFirst();
  const isFull = full && full.tries >= limit && full.ends_at > now && full.ends_at <= end + ahead;
  return isFull ? Math.min(full.ends_at - now, take.windowMs) : 0;
}

/** `afterCommit` is for what a transaction does after its commit, if `db` is one. */
export const attempts = (db: Database, afterCommit?: AfterCommit): AttemptStore => ({
  async take(key, limit, windowMs, now) {
    if (limit < 1) return windowMs;
    const attempt = rowOf({ key, limit, windowMs }, now);
    for (;;) {
      if (await countOne(db, attempt, now)) return 0;
      const wait = await waitOf(db, { key, limit, windowMs }, now);
      if (wait > 0) return wait;
    }
  },

  waitFor: (take, now) => waitOf(db, take, now),

  spend: (take, now) => countOne(db, rowOf(take, now, LASTING), now),

  takeAll: async (takes, now) =>
    takes.every(({ limit }) => limit >= 1) &&
    countAll(
      db,
      takes.map((take) => rowOf(take, now)),
      now,
    ),

  async addAll(takes, now) {
    const rows = takes.filter(({ limit }) => limit >= 1).map((take) => rowOf(take, now));
    if (isOnServer(db)) return addJoined(db, { rows, now });
    await atomically(db, async (tx) => {
      for (const row of rows) await countAttempts(tx, [row], now);
    });
  },

  async count(key, windowMs, now) {
    const row = await db
      .selectFrom("attempts")
      .select("tries")
      .where("key_hash", "=", hashOf(key))
      .where("ends_at", ">", now)
      .where("ends_at", "<=", now + windowMs + LIMITING)
      .executeTakeFirst();
    return row?.tries ?? 0;
  },

  async giveBack(...keys) {
    const hashes = keys.map(hashOf);
    if (!isOnServer(db)) return takeBack(db, hashes);
    if (!db.isTransaction) return takeBackJoined(db, hashes);
    if (afterCommit === undefined || !isReplicated(db)) return takeBack(db, hashes);
    // The counter of a network is one row for all nodes. A sign-in that changes it would conflict
    // with those on other nodes, and run again as a whole.
    afterCommit.add((outside) => takeBackJoined(outside, hashes));
  },

  async clear(key) {
    await db.deleteFrom("attempts").where("key_hash", "=", hashOf(key)).execute();
  },
});
