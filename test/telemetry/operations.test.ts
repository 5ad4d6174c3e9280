// Compares docs/operations.md with the program: metrics, alerts, purge and the example of a line.
import { readFileSync } from "node:fs";
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
  metrics.watch({ hashes: () => idle, store: () => idle, ready: () => Promise.resolve(true) });

  test("has every metric with its type and its labels", () => {
    expect(documentedMetrics().toSorted()).toEqual(registered(metrics).toSorted());
  });

  test("has alerts over metrics that exist", () => {
    const { groups } = parse(blocks("yaml").find((text) => text.includes("alert:"))!) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const names = new Set(registered(metrics).map((text) => text.split(" ")[0]));
    const used = groups.flatMap(({ rules }) =>
      rules.flatMap(({ expr }) => expr.match(/latchkey_\w+/g) ?? []),
    );
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(4);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  test("says when each table is purged", () => {
    expect(listed("## What is removed, and when").toSorted()).toEqual(
      [...EXPIRY.map(({ table }) => table), "users"].toSorted(),
    );
  });

  test("explains every field of the line that it shows", () => {
    const line = JSON.parse(blocks("json")[0]!) as object;
    expect(["level", "time", "msg", ...listed("The fields:")].toSorted()).toEqual(
      [...Object.keys(line), "traceId"].toSorted(),
    );
  });
});
