// The torture program. Run: npm run torture [-- --quick | --full] [--only]
// [--engines SQLite,MariaDB] [--amount 100] [--seed 7] [--keep] [--document]
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "../test/bundle.ts";
import { CHECKS } from "./checks.ts";
import { writeReliability } from "./document.ts";
import { endAll, useScratch } from "./ending.ts";
import { amountOf, readTortureOptions, runsOn } from "./options.ts";
import { type Lane, planTurns } from "./plan.ts";
import { type CheckResult, keepChecks, keptChecks } from "./results.ts";
import { runCheck } from "./run-check.ts";
import { SharedEngine } from "./stage.ts";

const FORMATTER = join(import.meta.dirname, "../node_modules/.bin/oxfmt");
const DOCUMENT = join(import.meta.dirname, "../docs/reliability.md");
const RESULTS = join(import.meta.dirname, "results/last.json");

const say = (line: string): void =>
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

function report({ id, engine, seconds, figures, failure }: CheckResult): void {
  if (failure !== undefined) say(`${id} on ${engine}: NOT MEASURED: ${failure}`);
  for (const { what, asked, reached, held } of figures)
    say(`${id} on ${engine}: ${held ? "held" : "SHORT"}: ${what}: ${reached} (asked: ${asked})`);
  say(`${id} on ${engine}: ${seconds} s`);
}

function writeDocument(): void {
  writeFileSync(DOCUMENT, writeReliability(CHECKS, keptChecks()));
  spawnSync(FORMATTER, [DOCUMENT, RESULTS], { stdio: "inherit" });
}

const options = readTortureOptions(process.argv.slice(2), CHECKS);

/** Runs the checks of a lane, one after the other. */
async function runLane({ engine, checks }: Lane): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const shared = new SharedEngine(engine);
  const end = (): Promise<void> =>
    shared.end().catch((error: unknown) => say(`${engine} didn't end well: ${String(error)}`));
  for (const check of checks) {
    const name = `${check.id} on ${engine}`;
    const amount = options.amount ?? amountOf(check, options.size, engine);
    say(`${name}: begins with ${amount.toLocaleString("en-US")} ${check.unit}`);
    const result = await runCheck(check, {
      shared,
      amount,
      seed: options.seed,
      say: (line) => say(`${name}: ${line}`),
    });
    // What a check that broke off has left behind must not be under the next one.
    if (result.failure !== undefined) await end();
    report(result);
    results.push(result);
    // Each result is kept at once: a long run may be ended before its end.
    if (options.keep) keepChecks([result]);
  }
  await end();
  return results;
}

async function runAll(): Promise<readonly CheckResult[]> {
  const { checks, engines } = options;
  const results: CheckResult[] = [];
  for (const turn of planTurns(checks, engines, (check, name) => runsOn(check, options, name)))
    results.push(...(await Promise.all(turn.map(runLane))).flat());
  return results;
}

if (options.document) writeDocument();
else {
  let strays = 0;
  const stray = (error: unknown): void => {
    strays++;
    console.error("an error of no check:", error);
  };
  process.on("unhandledRejection", stray).on("uncaughtException", stray);
  await builtProgram();
  const scratch = useScratch();
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      say(`${signal}: all is ended`);
      endAll(scratch);
      process.exit(1);
    });
  const begin = performance.now();
  const results = await runAll();
  endAll(scratch);
  if (options.keep) writeDocument();
  const figures = results.flatMap((result) => result.figures);
  const short = figures.filter(({ held }) => !held).length;
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  say(
    `${figures.length} figures of ${results.length} checks: ${figures.length - short} held, ` +
      `${short} fell short; ${failed} checks not measured; ${strays} errors of no check; ` +
      `${((performance.now() - begin) / 60_000).toFixed(1)} minutes`,
  );
  // A connection that a check has left open must not keep the program.
  process.exit(short + failed + strays > 0 ? 1 : 0);
}
