// The course of `npm test` and `npm run check`: checks first, then tests, then one line of counts.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import type { Check } from "./checks.ts";
import { execute } from "./execute.ts";

interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

/** Runs the checks, all at once. Returns whether all passed. */
async function runChecks(
  checks: readonly Check[],
  count: Count,
  scratch: string,
): Promise<boolean> {
  const outcomes = await Promise.all(
    checks.map(async ({ name, run }) => ({ name, ...(await run(scratch)) })),
  );
  for (const { name, ok, output } of outcomes) {
    console.log(`${ok ? "passed" : "FAILED"}  ${name}`);
    if (!ok) console.log(output);
    count[ok ? "passed" : "failed"] += 1;
  }
  return count.failed === 0;
}

async function runTests(words: readonly string[], count: Count, scratch: string): Promise<void> {
  const path = join(scratch, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${path}`];
  const { ok } = await execute("vitest", ["run", ...reporters, ...words], "inherit");
  if (existsSync(path)) {
    const report = JSON.parse(readFileSync(path, "utf8")) as Report;
    // A file that could not be loaded has no tests to count: it counts as one.
    const unloaded = report.testResults.filter(
      (file) =>
        file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
    );
    count.passed += report.numPassedTests;
    count.failed += report.numFailedTests + unloaded.length;
    count.skipped += report.numPendingTests + report.numTodoTests;
  }
  // An error outside of every test, or no tests at all.
  if (!ok && count.failed === 0) count.failed = 1;
}

/**
 * Runs the checks, and vitest with these arguments when they pass; sets the exit code of the
 * process.
 */
export async function runSuite(checks: readonly Check[], words: readonly string[]): Promise<void> {
  process.chdir(join(import.meta.dirname, ".."));
  process.env.PATH = `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const scratch = mkdtempSync(join(tmpdir(), "latchkey-test-"));
  try {
    if (await runChecks(checks, count, scratch)) await runTests(words, count, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (count.skipped > 0) console.log(`\n${count.skipped} skipped: this machine lacks a program`);
  console.log(`\n${count.passed} passed, ${count.failed} failed`);
  process.exitCode = count.failed === 0 ? 0 : 1;
}
