// The alerts for Prometheus, run by its own tool. operations.test.ts compares their metrics with
// the program.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "./dockerfile.ts";

const rules = parse(readFileSync(join(ROOT, "deploy/alerts.yaml"), "utf8")) as {
  groups: { rules: { alert: string }[] }[];
};
const tests = parse(readFileSync(join(ROOT, "deploy/alerts-test.yaml"), "utf8")) as {
  tests: { alert_rule_test: { alertname: string; exp_alerts: object[] }[] }[];
};

test("each alert has a test in which it fires", () => {
  const alerts = rules.groups.flatMap(({ rules: of }) => of.map(({ alert }) => alert));
  const fired = tests.tests.flatMap(({ alert_rule_test: of }) =>
    of.filter(({ exp_alerts: expected }) => expected.length > 0).map(({ alertname }) => alertname),
  );
  expect([...new Set(fired)].toSorted()).toEqual(alerts.toSorted());
});

test("promtool, where Prometheus is installed, finds that all of them hold", () => {
  const { error, status, stdout, stderr } = spawnSync(
    "promtool",
    ["test", "rules", join(ROOT, "deploy/alerts-test.yaml")],
    { encoding: "utf8" },
  );
  // Prometheus is too large a package for everyone who runs the tests.
  if (error !== undefined) return expect(error).toMatchObject({ code: "ENOENT" });
  expect([status, stderr], stdout).toEqual([0, ""]);
});
