// What the report counts of calls that can't be compared, and of questions that were not answered.
import { describe, expect, test, vi } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import {
  type PredecessorReport,
  PredecessorReports,
} from "../../src/domain/predecessor/reports/report.ts";
import { Stages } from "../../src/domain/predecessor/stages.ts";
import { personOf } from "../predecessors/people.ts";
import { useStages } from "./use-stages.ts";

const clock = systemClock;
const engines = ["sqlite", "mysql"] as const;

/** Reports until the report is as expected: each process writes once a second. */
async function reported(
  { store }: Pick<ReturnType<typeof useStages>, "store">,
  api: string,
  expected: (report: PredecessorReport) => void,
): Promise<void> {
  const stages = new Stages({ store, clock, apis: [api] });
  const reports = new PredecessorReports({ store, clock, stages });
  await vi.waitFor(
    async () => {
      await stages.refresh();
      expected(await reports.of(api, "default"));
    },
    { timeout: 30_000, interval: 100 },
  );
}

describe.each(engines)("kokids on %s", (engine) => {
  const used = useStages("kokids", engine);
  const login = (index: number) => {
    const { email, accId, password } = personOf("kokids", index, 20);
    return { AccID: accId, Email: email, Password: password };
  };

  test("counts questions of fallback that fail as the predecessor's errors", async () => {
    await used.stage("fallback");
    expect((await used.send("POST /user/login", login(0))).status).toBe(200);
    await used.predecessor.behave({ down: true });
    for (const index of [1, 2])
      expect((await used.send("POST /user/login", login(index))).status).toBe(401);
    // A user who has a password here is no question.
    expect((await used.send("POST /user/login", login(0))).status).toBe(200);
    await reported(used, "kokids", ({ predecessor, recent, routes }) => {
      expect([predecessor.errors, recent.asked]).toEqual([2, 3]);
      expect(predecessor.p50Ms).toBeGreaterThan(0);
      expect(routes).toMatchObject([{ route: "POST /user/login", requests: 4, own: 4 }]);
    });
  });
});

describe.each(engines)("secretpair in mirror on %s", (engine) => {
  const used = useStages("secretpair", engine);

  test("counts pages as not compared", async () => {
    await used.stage("mirror");
    const page = await fetch(`${used.url}/login/`, { headers: { accept: "text/html" } });
    expect(page.headers.get("content-type")).toContain("text/html");
    const { username, password } = personOf("secretpair", 0, 20);
    expect((await used.send("POST /login/", { username, password })).status).toBe(200);
    await reported(used, "secretpair", ({ routes }) => {
      expect(routes).toMatchObject([
        { route: "GET /login/", requests: 1, uncompared: 1, volatile: 0 },
        { route: "POST /login/", requests: 1, uncompared: 0 },
      ]);
    });
  });
});
