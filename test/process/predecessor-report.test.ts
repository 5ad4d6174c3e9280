// `latchkey predecessor report`, as an owner runs it.
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import { Observations } from "../../src/domain/predecessor/observations.ts";
import { Stages } from "../../src/domain/predecessor/stages.ts";
import { openStore } from "../../src/store/engine/create-store.ts";
import { aUser } from "../store/samples.ts";
import { type Installation, install, runWarm } from "./latchkey.ts";

const SETTINGS = { KOKIDS_PREDECESSOR: "http://127.0.0.1:9" };
const learnt = aUser({ username: "ada" });
let installation: Installation;
let environment: Readonly<Record<string, string>>;

beforeAll(async () => {
  installation = await install("sqlite");
  environment = { ...installation.environment, ...SETTINGS };
  const server = await installation.start(SETTINGS);
  await server.stop();
  await runWarm(["predecessor", "stage", "kokids", "mirror"], environment);
  const file = join(environment["DATA_DIR"]!, "latchkey.db");
  const store = await openStore({ kind: "sqlite", file });
  const stages = new Stages({ store, clock: systemClock, apis: ["kokids"] });
  await stages.refresh();
  const observations = new Observations({ store, clock: systemClock, stages });
  const call = { api: "kokids", stage: "mirror", route: "POST /user/login" } as const;
  const times = { predecessorMs: 12, ownMs: 2 };
  observations.record({ ...call, ...times, outcome: "volatile", differences: [] });
  const difference = { field: "status", ours: "400", theirs: "401", example: "400 ≠ 401" };
  observations.record({ ...call, ...times, outcome: "different", differences: [difference] });
  await observations.write();
  await store.users.insert(learnt);
  const origin = { kind: "user", ref: learnt.id, source: "learned:kokids", mark: "" } as const;
  await store.origins.insert([{ ...origin, at: Date.UTC(2026, 10, 20) }]);
  await store.close();
});
afterAll(() => installation.remove());

test("prints one JSON object", async () => {
  const { code, stdout } = await runWarm(
    ["predecessor", "report", "kokids", "--json"],
    environment,
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    stage: "mirror",
    users: { learned: 1, known: 0, missing: 0 },
    routes: [{ route: "POST /user/login", requests: 2, equal: 0, volatile: 1, different: 1 }],
    differences: [{ route: "POST /user/login", field: "status", count: 1, example: "400 ≠ 401" }],
    predecessor: {
      errors: 0,
      p50Ms: 15,
      p99Ms: 15,
      circuit: expect.stringMatching(/^(closed|unknown)$/) as string,
    },
    remaining: [
      expect.stringMatching(
        /^Answers that differ from the predecessor's since [-:.TZ\d]+: 1, of 1 kind\. Look at /,
      ) as string,
      "Next: latchkey predecessor stage kokids fallback --percent 5",
    ],
  });
});

test("prints a table for people", async () => {
  const { stdout } = await runWarm(["predecessor", "report", "kokids"], environment);
  expect(stdout).toMatch(/^users: 1 learnt, 0 known, 0 missing$/m);
  expect(stdout).toMatch(
    /^ROUTE +REQUESTS +EQUAL +VOLATILE +DIFFERENT +UNCOMPARED +UNSERVED +OWN$/m,
  );
  expect(stdout).toMatch(/^POST \/user\/login +2 +0 +1 +1 +0 +0 +0$/m);
  expect(stdout).toMatch(/^POST \/user\/login +status +400 +401 +1 +[-:TZ\d]+ +400 ≠ 401$/m);
});

test("lists what was learnt, with the time", async () => {
  const { code, stdout } = await runWarm(["predecessor", "learnt", "kokids"], environment);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    api: "kokids",
    kind: "user",
    ref: learnt.id,
    name: "ada",
    learnt_at: "2026-11-20T00:00:00.000Z",
  });
  expect(await runWarm(["predecessor", "learnt", "zimoxy"], environment)).toMatchObject({
    code: 0,
    stdout: "",
  });
});
