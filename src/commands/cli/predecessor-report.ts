import type { Argument, Command } from "commander";
import type { DocumentedApiName } from "../../config/documented-apis.ts";
import type { PredecessorReport } from "../../domain/predecessor/reports/report.ts";
import { examples } from "./help.ts";
import { printJson, printTable } from "./output.ts";

/** Adds `predecessor report`. */
export function addReportCommand(predecessor: Command, api: Argument): void {
  predecessor
    .command("report")
    .description(
      "Show how far a move is: users learnt and missing, how the answers of both servers " +
        "compare, and what stands between now and the stage own.",
    )
    .addArgument(api)
    .option("--json", "one JSON object")
    .addHelpText("after", examples("latchkey predecessor report kokids --json"))
    .action(report);
}

async function report(name: DocumentedApiName, { json }: { json?: boolean }): Promise<void> {
  const { withDomain } = await import("./with-domain.ts");
  await withDomain(async ({ config, domain: { predecessorReports } }) => {
    const found = await predecessorReports.of(name, config.apis[name].realm);
    if (json === true) printJson(jsonOf(found));
    else printText(found);
  });
}

const jsonOf = ({ differences, obstacles: _, recent, ...rest }: PredecessorReport): object => ({
  ...rest,
  recent: { ...recent, since: new Date(recent.since).toISOString() },
  differences: differences.map(({ api: _api, calls, firstAt, lastAt, ...each }) => ({
    ...each,
    count: calls,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  })),
});

/** Returns a time in UTC to the second. */
const shortTime = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const milliseconds = (value: number | undefined): string =>
  value === undefined ? "–" : `${value} ms`;

function printText(found: PredecessorReport): void {
  const { api, stage, percent, users, recent, routes, differences } = found;
  const { predecessor, own, remaining } = found;
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  write(`${api}: ${stage}${percent < 100 ? `, ${percent} % of users` : ""}`);
  write(`users: ${users.learned} learnt, ${users.known} known, ${users.missing} missing`);
  write(
    `predecessor: ${predecessor.errors} errors since ${shortTime(recent.since)}, ` +
      `p50 ${milliseconds(predecessor.p50Ms)}, ` +
      `p99 ${milliseconds(predecessor.p99Ms)}, circuit ${predecessor.circuit}`,
  );
  write(`latchkey: p50 ${milliseconds(own.p50Ms)}, p99 ${milliseconds(own.p99Ms)}\n`);
  const columns = [
    "requests",
    "equal",
    "volatile",
    "different",
    "uncompared",
    "unserved",
    "own",
  ] as const;
  const rows = routes.map((each) => [each.route, ...columns.map((name) => String(each[name]))]);
  if (rows.length > 0) printTable(["ROUTE", ...columns.map((name) => name.toUpperCase())], rows);
  if (differences.length > 0) {
    write("");
    printTable(
      ["ROUTE", "FIELD", "LATCHKEY", "PREDECESSOR", "COUNT", "LAST", "EXAMPLE"],
      differences.map((each) => [
        each.route,
        each.field,
        each.ours,
        each.theirs,
        String(each.calls),
        shortTime(each.lastAt),
        each.example,
      ]),
    );
  }
  for (const each of remaining) write(`\n- ${each}`);
}
