// Compares docs/operations.md with the program: metrics, alerts, purge and the example of a line.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { EXPIRY } from "../../src/store/tables/purge.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text!);

/** Returns the names that the items of the list after `introduction` begin with. */
function listed(introduction: string): string[] {
  const from = page.indexOf(introduction);
  const lines = page.slice(page.indexOf("\n- ", from) + 1).split("\n");
  const end = lines.findIndex((line) => line === "");
  return lines.slice(0, end).flatMap((line) => /^- `(\w+)`/.exec(line)?.[1] ?? []);
}

/** Returns each documented metric as its name, type and labels. */
const documentedMetrics = (): string[] =>
  [
    ...page.matchAll(
      /^- `(latchkey_\w+)`, (counter|gauge|histogram)(?: by ((?:`\w+`,?\s*)+))?: \S/gm,
    ),
  ].map(([, name, type, labels = ""]) =>
    [name, type, ...[...labels.matchAll(/\w+/g)].map(([label]) => label)].join(" "),
  );

/** Returns the metrics of the registry in the same form. */
function registered({ registry }: Metrics): string[] {
  const labelsOf = (metric: object): string[] =>
    "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.map(String) : [];
  return registry
    .getMetricsAsArray()
    .map((metric) => [metric.name, String(metric.type), ...labelsOf(metric)].join(" "));
}

describe("docs/operations.md", () => {
  const metrics = new Metrics();
  const idle = { busy: 0, waiting: 0 };
  metrics.watch({
    hashes: () => idle,
    store: () => idle,
    emails: () => ({ waiting: 0, oldestMs: 0 }),
    ready: () => Promise.resolve(true),
    clockAhead: () => 0,
  });

  test("has every metric with its type and its labels", () => {
    expect(documentedMetrics().toSorted()).toEqual(registered(metrics).toSorted());
  });

  test("has alerts over metrics that exist", () => {
    const { groups } = parse(
      readFileSync(join(import.meta.dirname, "../../deploy/alerts.yaml"), "utf8"),
    ) as { groups: { rules: { alert: string; expr: string }[] }[] };
    const names = new Set(registered(metrics).map((text) => text.split(" ")[0]));
    const used = groups.flatMap(({ rules }) =>
      rules.flatMap(({ expr }) => expr.match(/latchkey_\w+/g) ?? []),
    );
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(alerts.toSorted()).toEqual(listed("The alerts:").toSorted());
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  test("says when each table is purged", () => {
    expect(listed("## What is removed, and when").toSorted()).toEqual(
      [...EXPIRY.map(({ table }) => table), "audit_events", "clients", "users"].toSorted(),
    );
  });

  test("explains every field of the line that it shows", () => {
    const line = JSON.parse(blocks("json")[0]!) as object;
    expect(["level", "time", "msg", ...listed("The fields:")].toSorted()).toEqual(
      [...Object.keys(line), "traceId"].toSorted(),
    );
  });

  test("has every message of the log with its level, and no other", () => {
    const source = join(import.meta.dirname, "../../src");
    const logged = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .flatMap((path) => [
        ...readFileSync(join(source, path), "utf8").matchAll(
          /\blog\s*\.(debug|info|warn|error|fatal)\(\s*(?:\{[^;]*?\}|\w+)?,?\s*"([^"]+)",?\s*\)/g,
        ),
      ])
      .map(([, level, message]) => `${message} (${level})`);
    // Each call of a logger is understood: a message that is no literal would be missed.
    const calls = readdirSync(source, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map(
        (path) =>
          readFileSync(join(source, path), "utf8").match(
            /\blog\s*\.(?:debug|info|warn|error|fatal)\(/g,
          )?.length ?? 0,
      )
      .reduce((sum, count) => sum + count, 0);
    expect([logged.length, calls]).toEqual([calls, calls]);
    const from = page.indexOf("The messages (`msg`)");
    const list = page.slice(from, page.indexOf("\n\n", page.indexOf("\n- ", from)));
    const documented = [
      ...list.matchAll(/((?:`[^`]+`(?:, |\s)*)+)\((info|warn|error|debug)\b/g),
    ].flatMap(([, names, level]) =>
      [...names!.matchAll(/`([^`]+)`/g)].map(([, name]) => `${name} (${level})`),
    );
    expect([...new Set(logged)].filter((each) => each !== "request (debug)").toSorted()).toEqual(
      documented.toSorted(),
    );
  });
});
