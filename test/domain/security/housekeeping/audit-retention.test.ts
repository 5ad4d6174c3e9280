// Audit events are removed when they are old enough and counted.
import { beforeEach, describe, expect, it } from "vitest";
import { readConfig } from "../../../../src/config/settings.ts";
import {
  AuditRollup,
  LAG_MS,
} from "../../../../src/domain/administration/statistics/audit-rollup.ts";
import { systemClock } from "../../../../src/domain/clock.ts";
import { newId } from "../../../../src/domain/ids.ts";
import type { AuditEvent } from "../../../../src/domain/model.ts";
import { stores } from "../../../mariadb.ts";
import { anEvent, NOW } from "../../../store/samples.ts";
import { DAY, keep } from "./housekeepers.ts";

/** Shorter than that of the daily counts. */
const KEPT = 100 * DAY;

const eventAt = (at: number): AuditEvent =>
  anEvent({
    id: newId({ ...systemClock, now: () => at }),
    at,
    type: "user.sign_in",
    succeeded: true,
    details: {},
  });

describe.each(stores)("the retention of audit events on $engine", ({ use }) => {
  const test = use();
  let time = NOW;
  const clock = { ...systemClock, now: () => time };
  const terms = { unusedClientMs: 30 * DAY, auditMs: KEPT };
  beforeEach(() => (time += 1000 * DAY));

  const append = async (...events: AuditEvent[]): Promise<void> => {
    for (const event of events) await test.store.audit.append(event);
  };
  const count = (): Promise<unknown> => new AuditRollup(test.store, clock).run();
  const ids = async (): Promise<string[]> =>
    (await test.store.audit.list({}, { limit: 1000 })).map(({ id }) => id).toReversed();

  it("ends at the millisecond, and leaves the daily counts", async () => {
    const events = [-1, 0, 1].map((after) => eventAt(time - KEPT + after));
    await append(...events);
    await count();
    const counts = await test.store.statistics.daily(["user.sign_in"], 0);
    expect(counts.reduce((sum, { events: of }) => sum + of, 0)).toBe(3);
    const { housekeeper, runs } = keep(test.store, clock, { terms });
    expect(await housekeeper.run(true)).toBe(true);
    expect(runs[0]?.tables["audit_events"]).toBe(2);
    expect(await ids()).toEqual([events[2]!.id]);
    expect(await test.store.statistics.daily(["user.sign_in"], time - KEPT - DAY)).toEqual(counts);
    time += 1;
    await housekeeper.run(true);
    expect(await ids()).toEqual([]);
  });

  it("waits until an event is counted", async () => {
    const [old, young] = [eventAt(time - 10), eventAt(time - 9)];
    await append(old, young);
    const short = { ...terms, auditMs: 1 };
    const { housekeeper } = keep(test.store, clock, { terms: short });
    await housekeeper.run(true);
    expect(await ids()).toEqual([old.id, young.id]);
    time += LAG_MS - 9;
    await count();
    await housekeeper.run(true);
    expect(await ids()).toEqual([young.id]);
    time += 1;
    await count();
    await housekeeper.run(true);
    expect(await ids()).toEqual([]);
  });

  it("goes in the order of time, so many at once", async () => {
    const events = Array.from({ length: 10 }, (_, index) => eventAt(time - KEPT - index));
    await append(...events);
    await count();
    expect(await test.store.audit.purge(time - KEPT, 4)).toBe(4);
    expect(await ids()).toEqual(
      events
        .slice(0, 6)
        .map(({ id }) => id)
        .toReversed(),
    );
    expect(await test.store.audit.purge(time - KEPT, 10)).toBe(6);
  });

  it("is none without terms", async () => {
    const event = eventAt(time - 5_000 * DAY);
    await append(event);
    await count();
    const { housekeeper } = keep(test.store, clock, { terms: { ...terms, auditMs: undefined } });
    await housekeeper.run(true);
    expect(await ids()).toEqual([event.id]);
    expect(await test.store.audit.purge(time, 10)).toBe(1);
  });
});

describe("AUDIT_RETENTION_DAYS", () => {
  const days = (text: string): number =>
    readConfig({ AUDIT_RETENTION_DAYS: text }).auditRetentionDays;

  it("is 400 days unless it is set, and 0 for ever", () => {
    expect(readConfig({}).auditRetentionDays).toBe(400);
    expect([days("0"), days("1"), days("36500")]).toEqual([0, 1, 36_500]);
  });

  it.each(["-1", "36501", "1.5", "never"])("can't be %s", (text) => {
    expect(() => days(text)).toThrow(/AUDIT_RETENTION_DAYS/);
  });
});
