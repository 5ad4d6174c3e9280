// docs/operations.md against the program: its metrics, its alerts, its purge and its example of a
// line.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { Metrics } from "../../src/telemetry/metrics.ts";
import { EXPIRY } from "../../src/store/tables/purge.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/operations.md"), "utf8");
const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text!);

/** The rows of the table whose first column has this heading. */
function rows(heading: string): string[][] {
  const lines = page.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`| ${heading} |`)) + 2;
  const to = lines.findIndex((line, index) => index > from && !line.startsWith("|"));
  return lines.slice(from, to).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.replaceAll("`", "").trim()),
  );
}

/** What the registry has, in the form of the page. */
function registered({ registry }: Metrics): string[][] {
  const labelsOf = (metric: object): string =>
    "labelNames" in metric && Array.isArray(metric.labelNames) ? metric.labelNames.join(", ") : "";
  return registry
    .getMetricsAsArray()
    .map((metric) => [metric.name, String(metric.type), labelsOf(metric)]);
}

describe("docs/operations.md", () => {
  const metrics = new Metrics();
  const idle = { busy: 0, waiting: 0 };
  metrics.watch({ hashes: () => idle, store: () => idle, ready: () => Promise.resolve(true) });

  test("has every metric with its type and its labels", () => {
    const documented = rows("metric").map((cells) => cells.slice(0, 3));
    expect(documented.toSorted()).toEqual(registered(metrics).toSorted());
  });

  test("has alerts over metrics that there are", () => {
    const { groups } = parse(blocks("yaml").find((text) => text.includes("alert:"))!) as {
      groups: { rules: { alert: string; expr: string }[] }[];
    };
    const names = new Set(registered(metrics).map(([name]) => name));
    const used = groups.flatMap(({ rules }) =>
      rules.flatMap(({ expr }) => expr.match(/latchkey_\w+/g) ?? []),
    );
    expect(groups.flatMap(({ rules }) => rules)).toHaveLength(4);
    expect(used.filter((name) => !names.has(name))).toEqual([]);
  });

  test("says of every table that is purged when", () => {
    expect(
      rows("table")
        .map(([table]) => table)
        .toSorted(),
    ).toEqual([...EXPIRY.map(({ table }) => table), "users"].toSorted());
  });

  test("explains every field of the line it shows", () => {
    const line = JSON.parse(blocks("json")[0]!) as object;
    expect(["level", "time", "msg", ...rows("field").map(([field]) => field!)].toSorted()).toEqual(
      [...Object.keys(line), "traceId"].toSorted(),
    );
  });
});
