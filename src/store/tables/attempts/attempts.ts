// A key may have any length and name a person, so only its hash is stored.
import { createHash } from "node:crypto";
import { CLOCK_SKEW } from "../../../domain/durations.ts";
import type { AttemptStore, AttemptTake } from "../../../domain/security/store.ts";
import type { Database } from "../../engine/database.ts";
import { type AttemptRow, countAllAttempts, countAttempts } from "./counting.ts";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("base64url");

/**
 * Returns the latest end of a window that began by now. A later end was written by a clock that was
 * ahead, so that window is none: it would lock out for as long as the clock was ahead.
 */
const latestEnd = (windowMs: number, now: number): number => now + windowMs + CLOCK_SKEW;

const rowOf = ({ key, limit, windowMs }: AttemptTake, now: number): AttemptRow => ({
  key_hash: hashOf(key),
  limit,
  ends_at: now + windowMs,
});

export const attempts = (db: Database): AttemptStore => ({
  async take(key, limit, windowMs, now) {
    if (limit < 1) return windowMs;
    const attempt = rowOf({ key, limit, windowMs }, now);
    for (;;) {
      if (await countAttempts(db, [attempt], now)) return 0;
      const full = await db
        .selectFrom("attempts")
        .selectAll()
        .where("key_hash", "=", attempt.key_hash)
        .executeTakeFirst();
      const latest = latestEnd(windowMs, now);
      if (full && full.tries >= limit && full.ends_at > now && full.ends_at <= latest)
        return Math.min(full.ends_at - now, windowMs);
    }
  },

  takeAll: async (takes, now) =>
    takes.every(({ limit }) => limit >= 1) &&
    countAllAttempts(
      db,
      takes.map((take) => rowOf(take, now)),
      now,
    ),

  async count(key, windowMs, now) {
    const row = await db
      .selectFrom("attempts")
      .select("tries")
      .where("key_hash", "=", hashOf(key))
      .where("ends_at", ">", now)
      .where("ends_at", "<=", latestEnd(windowMs, now))
      .executeTakeFirst();
    return row?.tries ?? 0;
  },

  async giveBack(...keys) {
    const give = db.updateTable("attempts").set((eb) => ({ tries: eb("tries", "-", 1) }));
    await give.where("key_hash", "in", keys.map(hashOf)).where("tries", ">", 0).execute();
  },

  async clear(key) {
    await db.deleteFrom("attempts").where("key_hash", "=", hashOf(key)).execute();
  },
});
