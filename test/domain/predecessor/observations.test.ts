import { describe, expect, it } from "vitest";
import type { Clock } from "../../../src/domain/clock.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import type { Observation } from "../../../src/domain/predecessor/observation.ts";
import { Observations } from "../../../src/domain/predecessor/observations.ts";
import { PredecessorReports } from "../../../src/domain/predecessor/reports/report.ts";
import { ownStage } from "../../../src/domain/predecessor/stage.ts";
import { Stages } from "../../../src/domain/predecessor/stages.ts";
import { stores } from "../../mariadb.ts";
import { aUser, NOW } from "../../store/samples.ts";

const STATUS = { field: "status", ours: "400", theirs: "401", example: "400 ≠ 401" };

const login = (given: Partial<Observation> = {}): Observation => ({
  api: "kokids",
  stage: "mirror",
  route: "POST /user/login",
  outcome: "equal",
  differences: [],
  ...given,
});

describe.each(stores)("observations on $engine", ({ use }) => {
  const test = use();
  let now = NOW;
  const clock: Clock = { ...systemClock, now: () => now };
  const stages = { of: ownStage };
  const create = () => new Observations({ store: test.store, clock, stages });
  const report = (api: string) => {
    const followed = new Stages({ store: test.store, clock, apis: [api] });
    return new PredecessorReports({ store: test.store, clock, stages: followed }).of(api, "main");
  };

  it("of several processes are added, by route and outcome", async () => {
    const [one, other] = [create(), create()];
    for (let index = 0; index < 5; index++) one.record(login());
    one.record(login({ outcome: "different", differences: [STATUS] }));
    other.record(login({ outcome: "volatile" }));
    other.record(login({ outcome: "different", differences: [STATUS] }));
    other.record(login({ route: "POST /user/logout", outcome: "unserved" }));
    await Promise.all([one.write(), other.write()]);
    now += 1_000;
    one.record(login({ outcome: "different", differences: [STATUS] }));
    await Promise.all([one.write(), one.write(), other.write()]);
    const { routes, differences, predecessor } = await report("kokids");
    const none = { equal: 0, volatile: 0, different: 0, uncompared: 0, unserved: 0, own: 0 };
    expect(routes).toEqual([
      {
        ...none,
        route: "POST /user/login",
        requests: 9,
        equal: 5,
        volatile: 1,
        different: 3,
      },
      { ...none, route: "POST /user/logout", requests: 1, unserved: 1 },
    ]);
    expect(differences).toEqual([
      {
        api: "kokids",
        route: "POST /user/login",
        ...STATUS,
        calls: 3,
        firstAt: NOW,
        lastAt: NOW + 1_000,
      },
    ]);
    expect(predecessor).toMatchObject({ errors: 1, circuit: "unknown" });
  });

  it("have latencies of both sides", async () => {
    const observations = create();
    for (let index = 1; index <= 100; index++)
      observations.record(login({ api: "zimoxy", predecessorMs: index, ownMs: index / 10 }));
    await observations.write();
    const { predecessor, own } = await report("zimoxy");
    expect(predecessor).toMatchObject({ p50Ms: 50, p99Ms: 100 });
    expect(own).toEqual({ p50Ms: 5, p99Ms: 10 });
  });

  it("keep a bounded number of kinds, and count the others", async () => {
    const observations = create();
    for (let index = 0; index < 230; index++) {
      const differences = [{ ...STATUS, theirs: `text of ${index} characters` }];
      observations.record(login({ api: "senler", outcome: "different", differences }));
    }
    await observations.write();
    const { differences, routes } = await report("senler");
    expect(differences).toHaveLength(201);
    expect(differences[0]).toMatchObject({ field: "other", calls: 30, route: "" });
    expect(routes[0]).toMatchObject({ different: 230 });
  });

  it("survive a database that is away", async () => {
    let isAway = true;
    const store = {
      observations: test.store.observations,
      transaction: ((work) =>
        isAway
          ? Promise.reject(new Error("away"))
          : test.store.transaction(work)) as typeof test.store.transaction,
    };
    const observations = new Observations({ store, clock, stages });
    observations.record(login({ api: "secretpair", outcome: "different", differences: [STATUS] }));
    await observations.write();
    observations.record(login({ api: "secretpair", outcome: "different", differences: [STATUS] }));
    isAway = false;
    await observations.write();
    const { routes, differences } = await report("secretpair");
    expect(routes[0]).toMatchObject({ requests: 2, different: 2 });
    expect(differences[0]).toMatchObject({ calls: 2 });
  });

  it("say which circuit is open, while its process renews it", async () => {
    const [one, other] = [create(), create()];
    one.watchCircuit("kokids", () => "open");
    other.watchCircuit("kokids", () => "closed");
    await Promise.all([one.write(), other.write()]);
    expect((await report("kokids")).predecessor.circuit).toBe("open");
    now += 9_000;
    await other.write();
    now += 2_000;
    expect((await report("kokids")).predecessor.circuit).toBe("closed");
  });

  it("are reported with the users, and what stands between now and own", async () => {
    const known = aUser();
    const missing = aUser({ passwordHash: "" });
    for (const user of [known, missing]) await test.store.users.insert(user);
    const source = "learned:kokids";
    await test.store.origins.insert([{ kind: "user", ref: known.id, source, at: NOW, mark: "" }]);
    const { users, remaining } = await report("kokids");
    expect(users).toEqual({ learned: 1, known: 1, missing: 1 });
    expect(remaining).toEqual([]);
    const stage = "mirror";
    const setting = { api: "kokids", stage, before: "own", percent: 50, only: [], changedAt: 0 };
    await test.store.stages.save(setting as never);
    const followed = new Stages({ store: test.store, clock, apis: ["kokids"] });
    await followed.refresh();
    const reports = new PredecessorReports({ store: test.store, clock, stages: followed });
    const later = await reports.of("kokids", "main");
    expect(later.remaining).toHaveLength(3);
    expect(later.remaining.at(-1)).toContain("50 % of users are in mirror: raise the share");
    await test.store.stages.save({ ...setting, percent: 100 } as never);
    await followed.refresh();
    const all = await reports.of("kokids", "main");
    expect(all.remaining.at(-1)).toContain("stage kokids fallback");
  });
});
