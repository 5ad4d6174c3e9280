// Events are counted by day once each, also when the process that counts them is killed.
import { describe, expect, it } from "vitest";
import {
  AuditRollup,
  LAG_MS,
} from "../../../../src/domain/administration/statistics/audit-rollup.ts";
import { countDays } from "../../../../src/domain/administration/statistics/daily-counts.ts";
import type { DailyCount } from "../../../../src/domain/administration/statistics/store.ts";
import { systemClock } from "../../../../src/domain/clock.ts";
import { DAY, startOfDay } from "../../../../src/domain/durations.ts";
import { newId } from "../../../../src/domain/ids.ts";
import type { AuditEvent } from "../../../../src/domain/model.ts";
import type { Store } from "../../../../src/domain/store.ts";
import { connect } from "../../../../src/store/engine/connect.ts";
import { openStore } from "../../../../src/store/engine/create-store.ts";
import { stores } from "../../../mariadb.ts";
import { anEvent } from "../../../store/samples.ts";
import { start } from "../../../store/engine/start-processes.ts";

const REASONS = ["SIGN_IN_FAILED", "USER_LOCKED", "a reason that is not in the list"];

/** An event of a time, with an id of that time. */
function eventAt(at: number, index: number): AuditEvent {
  const succeeded = index % 3 !== 0;
  return anEvent({
    id: newId({ ...systemClock, now: () => at }),
    at,
    type: index % 4 === 0 ? "user.create" : "user.sign_in",
    succeeded,
    details: succeeded ? {} : { reason: REASONS[index % 5] ?? REASONS[0]! },
  });
}

async function record(store: Store, events: readonly AuditEvent[]): Promise<void> {
  for (let first = 0; first < events.length; first += 500)
    await store.transaction(async (tx) => {
      for (const event of events.slice(first, first + 500)) await tx.audit.append(event);
    });
}

const sorted = (counts: readonly DailyCount[]): string[] =>
  counts.map((each) => JSON.stringify(Object.entries(each).toSorted())).toSorted();

const countsOf = (store: Store): Promise<DailyCount[]> =>
  store.statistics.daily(["user.sign_in", "user.create"], 0);

describe.each(stores)("daily counts on $engine", ({ use }) => {
  const used = use();
  const now = Date.now();
  const old = Array.from({ length: 3_000 }, (_, index) =>
    eventAt(now - LAG_MS - 1 - index * 60_000, index),
  );
  const young = Array.from({ length: 30 }, (_, index) => eventAt(now - index, index));

  it("survive kill -9 at every statement, and hold each event once", async () => {
    const { store, options } = used;
    await record(store, [...old, ...young]);
    const moments = [
      ["update", 1],
      ["insert", 1],
      ["commit", 1],
      ["update", 3],
      ["insert", 4],
      ["commit", 3],
    ] as const;
    const seen: number[] = [];
    for (const [kind, count] of moments) {
      const processes = await start(options, ["roll", kind, String(count)]);
      processes.begin();
      await processes.killed();
      const counts = await countsOf(store);
      const position = await store.statistics.position();
      const counted = old.filter(({ id }) => id <= position);
      expect(sorted(counts)).toEqual(sorted(countDays(counted)));
      seen.push(counted.length);
    }
    expect(seen.at(-1)).toBeGreaterThan(0);
    expect(seen.at(-1)).toBeLessThan(old.length);
  });

  it("hold each event once when several processes count at the same time", async () => {
    const { store, options } = used;
    const processes = await start(options, ["roll"], ["roll"], ["roll"]);
    processes.begin();
    await processes.results();
    await new AuditRollup(store, systemClock).run();
    expect(sorted(await countsOf(store))).toEqual(sorted(countDays(old)));
    expect(await new AuditRollup(store, systemClock).run()).toBe(0);
  });

  it("count the young events once they are old enough", async () => {
    const { store } = used;
    const later = { ...systemClock, now: () => now + LAG_MS + 1_000 };
    expect(await new AuditRollup(store, later).run()).toBe(young.length);
    expect(sorted(await countsOf(store))).toEqual(sorted(countDays([...old, ...young])));
  });

  it("undo the move of the position when the counts can't be written", async () => {
    const { store, options } = used;
    const broken = await openStore(options);
    await record(store, [eventAt(now + 60_000, 1)]);
    const before = await store.statistics.position();
    const failing: Store = {
      ...broken,
      transaction: (work) =>
        broken.transaction((tx) =>
          work({
            ...tx,
            statistics: { ...tx.statistics, add: () => Promise.reject(new Error("full disk")) },
          }),
        ),
    };
    const later = { ...systemClock, now: () => now + LAG_MS + 120_000 };
    await expect(new AuditRollup(failing, later).run()).rejects.toThrow("full disk");
    expect(await store.statistics.position()).toBe(before);
    expect(await new AuditRollup(store, later).run()).toBe(1);
    await broken.close();
  });

  it("are removed after 400 days", async () => {
    const { store, options } = used;
    const { db } = connect(options, "impatient");
    const day = startOfDay(now) - 401 * DAY;
    await store.statistics.add([
      { type: "user.create", day, succeeded: true, reason: "", events: 7 },
    ]);
    const days = async () =>
      (await db.selectFrom("audit_days").select("day").where("day", "<=", day).execute()).length;
    expect(await days()).toBe(1);
    await store.purgeExpired(now, 500);
    expect(await days()).toBe(0);
    expect((await countsOf(store)).length).toBeGreaterThan(0);
    await db.destroy();
  });
});
