// The torture program. Run: npm run torture; with `-- --help` it says how else.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { builtProgram } from "../test/bundle.ts";
import { CHECKS } from "./checks.ts";
import { writeReliability } from "./document.ts";
import { endAll, useScratch } from "./ending.ts";
import { amountOf, readTortureOptions, runsOn, type TortureOptions, USAGE } from "./options.ts";
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

/** Reads the command line; ends the program when it asks for help, or can't be followed. */
function optionsOrUsage(words: readonly string[]): TortureOptions {
  if (words.includes("--help")) {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    return readTortureOptions(words, CHECKS);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrUsage(process.argv.slice(2));

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
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      endAll(scratch);
      say(`${signal}: all that was started has ended`);
      // What was measured until now is kept already; the page must say the same.
      if (options.keep) writeDocument();
      process.exit(128 + constants.signals[signal]);
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
      `${((performance.now() - begin) / 60_000).toFixed(1)} minutes; ` +
      (options.keep ? "docs/reliability.md is written" : "nothing is kept without --keep"),
  );
  // A connection that a check has left open must not keep the program.
  process.exit(short + failed + strays > 0 ? 1 : 0);
}
