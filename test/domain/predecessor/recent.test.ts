// What of the observations a report looks at: what an owner has mended must not stand in the way.
import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../../src/domain/clock.ts";
import type { Observation } from "../../../src/domain/predecessor/observation.ts";
import { Observations } from "../../../src/domain/predecessor/observations.ts";
import { PredecessorReports } from "../../../src/domain/predecessor/reports/report.ts";
import { ownStage, type StageSetting } from "../../../src/domain/predecessor/stage.ts";
import { Stages } from "../../../src/domain/predecessor/stages.ts";
import { stores } from "../../mariadb.ts";
import { NOW } from "../../store/samples.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The first millisecond of a day, so that hours of one day can be named. */
const MORNING = NOW - (NOW % DAY);
const STATUS = { field: "status", ours: "400", theirs: "401", example: "400 ≠ 401" };
const TYPE = { field: "content-type", ours: "a", theirs: "b", example: "x ≠ x" };

describe.each(stores)("a report on $engine", ({ use }) => {
  const test = use();
  let now = NOW;
  const clock: Clock = { ...systemClock, now: () => now };

  /** An API with its stage, its observations and its report. */
  async function moved(api: string) {
    const stages = new Stages({ store: test.store, clock, apis: [api] });
    const observations = new Observations({ store: test.store, clock, stages });
    const stage = async (given: Partial<StageSetting> = {}) => {
      const setting = { ...ownStage(api), stage: "mirror", changedAt: now } as const;
      await test.store.stages.save({ ...setting, ...given });
      await stages.refresh();
    };
    await stage();
    return {
      stage,
      observations,
      answered: async (given: Partial<Observation>) => {
        observations.record({
          api,
          stage: "mirror",
          route: "POST /user/login",
          outcome: "equal",
          differences: [],
          ...given,
        });
        await observations.write();
      },
      report: async () => {
        await observations.write();
        return new PredecessorReports({ store: test.store, clock, stages }).of(api, "main");
      },
    };
  }
  const different = (...differences: Observation["differences"]) =>
    ({ outcome: "different", differences }) as const;

  it("forgets what was different before the stage was set, also on the same day", async () => {
    now = MORNING + HOUR;
    const api = await moved("kokids");
    now += HOUR;
    await api.answered(different(STATUS));
    await api.answered(different(STATUS, TYPE));
    const before = await api.report();
    expect(before.recent).toMatchObject({ since: MORNING + HOUR, requests: 2, different: 2 });
    expect(before.obstacles).toEqual([
      { kind: "different", answers: 2, kinds: 2, since: MORNING + HOUR },
    ]);
    // The owner has mended it, and sets the stage again.
    now += HOUR;
    await api.stage();
    await api.answered({});
    const after = await api.report();
    expect(after.obstacles).toEqual([]);
    expect(after.recent).toMatchObject({ requests: 1, equal: 1, different: 0, kinds: 0 });
    // The whole history stays: the routes, the day and the kinds.
    expect(after.routes).toMatchObject([{ requests: 3, equal: 1, different: 2 }]);
    expect(after.days).toMatchObject([{ day: MORNING, equal: 1, different: 2 }]);
    expect(after.differences).toHaveLength(2);
    await api.answered(different(TYPE));
    expect((await api.report()).obstacles).toEqual([
      { kind: "different", answers: 1, kinds: 1, since: MORNING + 3 * HOUR },
    ]);
  });

  it("looks back seven days at most", async () => {
    now = MORNING + HOUR;
    const api = await moved("zimoxy");
    await api.answered(different(STATUS));
    now = MORNING + 7 * DAY + 23 * HOUR;
    expect((await api.report()).obstacles).toMatchObject([{ kind: "different", answers: 1 }]);
    now = MORNING + 8 * DAY;
    const { obstacles, recent } = await api.report();
    expect(obstacles).toEqual([]);
    expect(recent).toMatchObject({ since: MORNING + DAY, requests: 0 });
  });

  it("counts what the predecessor didn't answer as its errors, lately", async () => {
    now = MORNING + HOUR;
    const api = await moved("secretpair");
    await api.answered({ outcome: "unserved" });
    for (const failed of [true, true, false])
      api.observations.asked({ api: "secretpair", failed, milliseconds: failed ? 9_000 : 40 });
    const before = await api.report();
    expect(before.recent.asked).toBe(3);
    // A question that failed took no time that the predecessor can be measured by.
    expect(before.predecessor).toMatchObject({ errors: 3, p50Ms: 50, p99Ms: 50 });
    // Questions are no calls of clients.
    expect(before.routes).toMatchObject([{ requests: 1, unserved: 1 }]);
    now += HOUR;
    await api.stage({ stage: "fallback" });
    expect((await api.report()).predecessor).toMatchObject({ errors: 0, p50Ms: 50 });
  });

  it("has the latency of both sides by day", async () => {
    now = MORNING;
    const api = await moved("senler");
    for (const [predecessorMs, ownMs] of [
      [10, 1],
      [100, 2],
    ] as const) {
      await api.answered({ predecessorMs, ownMs });
      now += DAY;
    }
    expect((await api.report()).latencies).toEqual([
      {
        day: MORNING,
        predecessor: { p50Ms: 10, p99Ms: 10 },
        own: { p50Ms: 1, p99Ms: 1 },
      },
      {
        day: MORNING + DAY,
        predecessor: { p50Ms: 100, p99Ms: 100 },
        own: { p50Ms: 2, p99Ms: 2 },
      },
    ]);
  });

  it("loses what is older than 90 days when the store is purged", async () => {
    now = MORNING;
    const api = await moved("kokids");
    await api.answered({ ...different(STATUS), predecessorMs: 3 });
    api.observations.asked({ api: "kokids", failed: true, milliseconds: 1 });
    await api.observations.write();
    now = MORNING + 90 * DAY - 1;
    await test.store.purgeExpired(now, 100);
    const { length } = (await api.report()).days;
    expect(length).toBeGreaterThan(0);
    await api.answered({});
    await test.store.purgeExpired(MORNING + 90 * DAY + 2 * HOUR * 24, 100);
    const { days, differences, latencies } = await api.report();
    expect(days).toMatchObject([{ day: MORNING + 89 * DAY, equal: 1 }]);
    expect([differences, latencies]).toEqual([[], []]);
    expect(await test.store.observations.asks("kokids", 0)).toEqual([]);
  });
});
