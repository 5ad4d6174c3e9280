// A key may have any length and name a person, so only its hash is stored.
import { createHash } from "node:crypto";
import { CLOCK_SKEW } from "../../domain/durations.ts";
import type { AttemptStore } from "../../domain/security/store.ts";
import { type Database, updated } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";

const hashOf = (key: string): string => createHash("sha256").update(key).digest("base64url");

/**
 * Returns the latest end of a window that began by now. A later end was written by a clock that was
 * ahead, so that window is none: it would lock out for as long as the clock was ahead.
 */
const latestEnd = (windowMs: number, now: number): number => now + windowMs + CLOCK_SKEW;

export const attempts = (db: Database): AttemptStore => ({
  async take(key, limit, windowMs, now) {
    if (limit < 1) return windowMs;
    const key_hash = hashOf(key);
    const ends_at = now + windowMs;
    const latest = latestEnd(windowMs, now);
    for (;;) {
      // Counts in the window, or starts a new one. MySQL assigns in the order written and reads
      // assigned values, so the end comes last.
      const count = db
        .updateTable("attempts")
        .set((eb) => {
          const isRunning = eb.and([eb("ends_at", ">", now), eb("ends_at", "<=", latest)]);
          return {
            tries: eb
              .case()
              .when(isRunning)
              .then(eb("tries", "+", 1))
              .else(1)
              .end(),
            ends_at: eb.case().when(isRunning).then(eb.ref("ends_at")).else(ends_at).end(),
          };
        })
        .where("key_hash", "=", key_hash)
        .where((eb) =>
          eb.or([eb("tries", "<", limit), eb("ends_at", "<=", now), eb("ends_at", ">", latest)]),
        );
      if (await updated(count)) return 0;
      const full = await db
        .selectFrom("attempts")
        .selectAll()
        .where("key_hash", "=", key_hash)
        .executeTakeFirst();
      if (full === undefined) {
        if (
          await unlessDuplicate(
            db.insertInto("attempts").values({ key_hash, tries: 1, ends_at }).execute(),
          )
        )
          return 0;
      } else if (full.tries >= limit && full.ends_at > now && full.ends_at <= latest) {
        return Math.min(full.ends_at - now, windowMs);
      }
    }
  },

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

  async giveBack(key) {
    const give = db.updateTable("attempts").set((eb) => ({ tries: eb("tries", "-", 1) }));
    await give.where("key_hash", "=", hashOf(key)).where("tries", ">", 0).execute();
  },

  async clear(key) {
    await db.deleteFrom("attempts").where("key_hash", "=", hashOf(key)).execute();
  },
});
