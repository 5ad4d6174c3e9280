// The torture program. Run: npm run torture [-- --quick | --full] [--only]
// [--engines SQLite,MariaDB] [--amount 100] [--seed 7] [--keep] [--document]
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "../test/bundle.ts";
import type { Check } from "./check.ts";
import { CHECKS } from "./checks.ts";
import { writeReliability } from "./document.ts";
import type { EngineName } from "./engine.ts";
import { amountOf, readTortureOptions, runsOn } from "./options.ts";
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

/** Runs checks on one engine, one after the other. */
async function runOn(name: EngineName, checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  const stage = new SharedEngine(name);
  try {
    for (const check of checks.filter((each) => runsOn(each, options, name))) {
      const amount = options.amount ?? amountOf(check, options.size);
      const engine = await stage.engine();
      const result = await runCheck(check, { engine, amount, seed: options.seed, say });
      // What a check that broke off has left behind must not be under the next one.
      if (result.failure !== undefined) await stage.end();
      report(result);
      results.push(result);
      // Each result is kept at once: a long run may be ended before its end.
      if (options.keep) keepChecks([result]);
    }
  } finally {
    await stage.end();
  }
  return results;
}

async function runAll(): Promise<readonly CheckResult[]> {
  const { checks, engines, size } = options;
  const isAside = ({ aside }: Check): boolean => size === "quick" && aside === true;
  const results: CheckResult[] = [];
  for (const name of engines) {
    const inTurn = runOn(
      name,
      checks.filter((check) => !isAside(check)),
    );
    const aside =
      name === engines.at(-1) ? engines.map((each) => runOn(each, checks.filter(isAside))) : [];
    results.push(...(await Promise.all([inTurn, ...aside])).flat());
  }
  return results;
}

if (options.document) writeDocument();
else {
  await builtProgram();
  const begin = performance.now();
  const results = await runAll();
  if (options.keep) writeDocument();
  const figures = results.flatMap((result) => result.figures);
  const short = figures.filter(({ held }) => !held).length;
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  say(
    `${figures.length} figures of ${results.length} checks: ${figures.length - short} held, ` +
      `${short} fell short; ${failed} checks not measured; ` +
      `${((performance.now() - begin) / 60_000).toFixed(1)} minutes`,
  );
  // A connection that a check has left open must not keep the program.
  process.exit(short + failed > 0 ? 1 : 0);
}
