// The torture program. Run: npm run torture [-- --quick | --full] [--only]
// [--engines SQLite,MariaDB] [--amount 100] [--seed 7] [--keep] [--document]
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { builtProgram } from "../test/bundle.ts";
import { CHECKS } from "./checks.ts";
import { writeReliability } from "./document.ts";
import { amountOf, readTortureOptions } from "./options.ts";
import { type CheckResult, keepChecks, keptChecks } from "./results.ts";
import { runCheck } from "./run-check.ts";
import { SharedEngine } from "./stage.ts";

const FORMATTER = join(import.meta.dirname, "../node_modules/.bin/oxfmt");
const DOCUMENT = join(import.meta.dirname, "../docs/reliability.md");

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
  spawnSync(FORMATTER, [DOCUMENT], { stdio: "inherit" });
}

const options = readTortureOptions(process.argv.slice(2), CHECKS);
if (options.document) writeDocument();
else {
  await builtProgram();
  const results: CheckResult[] = [];
  for (const name of options.engines) {
    const checks = options.checks.filter(({ engines }) => engines.includes(name));
    const stage = new SharedEngine(name);
    try {
      for (const check of checks) {
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
  }
  if (options.keep) writeDocument();
  const figures = results.flatMap((result) => result.figures);
  const short = figures.filter(({ held }) => !held).length;
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  say(
    `${figures.length} figures of ${results.length} checks: ${figures.length - short} held, ` +
      `${short} fell short; ${failed} checks not measured`,
  );
  if (short + failed > 0) process.exitCode = 1;
}
