// docs/reliability.md, written from the list of checks and the results that are kept.
import type { Check } from "./check.ts";
import type { EngineName } from "./engine.ts";
import { amountOf } from "./options.ts";
import type { CheckResult } from "./results.ts";

const HEAD = `# Reliability

This page is written by \`npm run torture\` from its last results: what is asked, what was reached,
how, and on which machine. A figure that fell short stays here until it is reached.

- \`npm run torture -- --quick\` takes some twelve minutes, \`--full\` an hour and a half. Without
  either it is \`--quick\`.
- \`--only R-01,R-24\` runs some checks, \`--engines SQLite\` on some engines, \`--amount 100\` with
  that much to do. \`--keep\` keeps their results here; \`--full\` always does.
- "8 of 100 kills" was less than \`--full\` does. Where an engine takes longer, it does less there.
- What is timed runs alone. What counts runs beside other checks, in a lane for each engine.
- What no database decides, such as held connections, floods and malformed input, runs on SQLite.
- The database, the server and the load share the machine. The Galera cluster is three nodes on it.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function row(engine: EngineName, result: CheckResult | undefined): readonly string[] {
  if (result === undefined) return [`| ${engine} | | | not run yet | |`];
  const { figures, failure } = result;
  if (failure !== undefined) return [`| ${engine} | | | **not measured**: ${cell(failure)} | |`];
  return figures.map(
    ({ what, asked, reached, held }, index) =>
      `| ${index === 0 ? engine : ""} | ${cell(what)} | ${cell(asked)} | ${cell(reached)} | ` +
      `${held ? "yes" : "**no**"} |`,
  );
}

/** Returns the line about how much was done, and of how much where it was less than a full run. */
function done(results: readonly CheckResult[], check: Check): readonly string[] {
  if (results.length === 0) return [];
  const shown = (amount: number): string => amount.toLocaleString("en-US");
  const amounts = results.map(({ engine, amount }) => {
    const full = amountOf(check, "full", engine);
    const whole = amount < full ? ` of ${shown(full)}` : "";
    return `${engine} ${shown(amount)}${whole} ${check.unit}`;
  });
  return [`Last run: ${amounts.join(", ")}.`, ""];
}

function section(check: Check, results: readonly CheckResult[]): readonly string[] {
  const { id, title, how, engines } = check;
  return [
    `### ${id}: ${title}`,
    "",
    how,
    "",
    ...done(
      results.filter((result) => result.id === id),
      check,
    ),
    "| on | figure | asked | reached | held |",
    "| --- | --- | --- | --- | --- |",
    ...engines.flatMap((engine) =>
      row(
        engine,
        results.find((result) => result.id === id && result.engine === engine),
      ),
    ),
    "",
  ];
}

/** Returns the list of what fell short or wasn't run, or a sentence that all held. */
function shortfalls(checks: readonly Check[], results: readonly CheckResult[]): readonly string[] {
  const short = checks.flatMap(({ id, engines }) =>
    engines.flatMap((engine) => {
      const result = results.find((each) => each.id === id && each.engine === engine);
      if (result === undefined) return [`- ${id} on ${engine}: not run yet.`];
      if (result.failure !== undefined) return [`- ${id} on ${engine}: not measured.`];
      return result.figures
        .filter(({ held }) => !held)
        .map(
          ({ what, asked, reached }) =>
            `- ${id} on ${engine}: ${what}: ${reached}, asked: ${asked}.`,
        );
    }),
  );
  return short.length === 0 ? ["Every figure was reached.", ""] : [...short, ""];
}

/** Returns when and where the results come from, one line for each commit and machine. */
function origins(results: readonly CheckResult[]): readonly string[] {
  const lines = new Map<string, { ids: Set<string>; loads: number[]; last: string }>();
  for (const { commit, machine, begin, id, load } of results) {
    const key = `${commit}, ${machine}`;
    const line = lines.get(key) ?? { ids: new Set(), loads: [], last: "" };
    line.ids.add(id);
    line.loads.push(load);
    line.last = begin > line.last ? begin : line.last;
    lines.set(key, line);
  }
  return [...lines].map(
    ([key, { ids, loads, last }]) =>
      `- ${last.slice(0, 16).replace("T", " ")} UTC, commit ${key}, load average ` +
      `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)} at the begin: ` +
      `${[...ids].join(", ")}`,
  );
}

/** Returns the text of docs/reliability.md, before the formatter. */
export const writeReliability = (
  checks: readonly Check[],
  results: readonly CheckResult[],
): string =>
  [
    HEAD,
    "## What fell short",
    "",
    ...shortfalls(checks, results),
    "## The checks",
    "",
    ...checks.flatMap((check) => section(check, results)),
    "## Where the figures come from",
    "",
    ...origins(results),
    "",
  ].join("\n");
