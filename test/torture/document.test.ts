// docs/reliability.md: nothing that fell short is left out, and the page is what the results say.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { atLeast, atMost, type Check, exactly } from "../../torture/check.ts";
import { CHECKS } from "../../torture/checks.ts";
import { writeReliability } from "../../torture/document.ts";
import { TUNED } from "../../torture/galera/cluster.ts";
import { amountOf, readTortureOptions, runsOn } from "../../torture/options.ts";
import { type CheckResult, keptChecks } from "../../torture/results.ts";
import { randomFrom } from "../../torture/stage.ts";

const ROOT = join(import.meta.dirname, "../..");

const CHECK: Check = {
  id: "R-99",
  title: "the moon falls",
  how: "It is dropped.",
  engines: ["SQLite", "MariaDB"],
  amounts: { quick: 2, full: 10 },
  unit: "falls",
  measure: async () => [],
};

const RESULT: CheckResult = {
  id: "R-99",
  engine: "SQLite",
  amount: 10,
  seed: 1,
  begin: "2026-11-27T10:00:00.000Z",
  seconds: 3,
  commit: "abc1234",
  machine: "2 cores",
  load: 1,
  figures: [exactly("pieces | lost", 0, 0), atMost("gap", 3.456, 3, "s")],
};

test("docs/scaling.md advises the settings of Galera that are measured", () => {
  const text = readFileSync(join(ROOT, "docs/scaling.md"), "utf8");
  expect(text).toContain(["```text", ...TUNED, "```"].join("\n"));
});

test("the page is what the kept results say", () => {
  const text = writeReliability(CHECKS, keptChecks());
  const formatted = execFileSync(
    join(ROOT, "node_modules/.bin/oxfmt"),
    ["--stdin-filepath=docs/reliability.md"],
    { cwd: ROOT, input: text, encoding: "utf8" },
  );
  expect(readFileSync(join(ROOT, "docs/reliability.md"), "utf8")).toBe(formatted);
});

test("the page has what was reached, what fell short and what wasn't run", () => {
  const text = writeReliability([CHECK], [RESULT]);
  expect(text).toContain("- R-99 on SQLite: gap: 3.46 s, asked: at most 3 s.");
  expect(text).toContain("- R-99 on MariaDB: not run yet.");
  expect(text).toContain("| SQLite | pieces \\| lost | 0 | 0 | yes |");
  expect(text).toContain("Last run: SQLite 10 falls.");
  expect(text).toContain("|  | gap | at most 3 s | 3.46 s | **no** |");
  expect(text).toContain("| MariaDB | | | not run yet | |");
  expect(text).toContain("2026-11-27 10:00 UTC, commit abc1234, 2 cores");
});

test("the page says when less was done than a full run does", () => {
  const fewer: Check = { ...CHECK, fullOn: { MariaDB: 4 } };
  const results = [
    { ...RESULT, amount: 3 },
    { ...RESULT, engine: "MariaDB" as const, amount: 4 },
  ];
  expect(writeReliability([fewer], results)).toContain(
    "Last run: SQLite 3 of 10 falls, MariaDB 4 falls.",
  );
});

test("a check that couldn't be measured is on the page", () => {
  const text = writeReliability([CHECK], [{ ...RESULT, figures: [], failure: "no moon" }]);
  expect(text).toContain("- R-99 on SQLite: not measured.");
  expect(text).toContain("**not measured**: no moon");
});

test("a page without shortfalls says so", () => {
  const held = { ...RESULT, figures: [atLeast("falls", 10, 10)] };
  expect(writeReliability([{ ...CHECK, engines: ["SQLite"] }], [held])).toContain(
    "Every figure was reached.",
  );
});

test("the numbers of the checks are unique", () => {
  expect(CHECKS.length).toBeGreaterThan(1);
  expect(new Set(CHECKS.map(({ id }) => id)).size).toBe(CHECKS.length);
});

test("the command line chooses checks, engines and amounts", () => {
  const all = [CHECK, { ...CHECK, id: "R-98", amounts: { full: 5 } }];
  const ids = (words: readonly string[]): readonly string[] =>
    readTortureOptions(words, all).checks.map(({ id }) => id);
  expect(ids([])).toEqual(["R-99"]);
  expect(ids(["--full"])).toEqual(["R-99", "R-98"]);
  expect(ids(["--slice"])).toEqual([]);
  expect(ids(["--only", "R-98"])).toEqual(["R-98"]);
  expect(readTortureOptions(["--full"], all).keep).toBe(true);
  expect(readTortureOptions(["--engines", "MariaDB", "--amount", "7"], all)).toMatchObject({
    engines: ["MariaDB"],
    amount: 7,
    size: "quick",
    keep: false,
  });
  expect(amountOf(CHECK, "slice", "SQLite")).toBe(2);
  const fewer: Check = { ...CHECK, fullOn: { Galera: 3 } };
  expect(amountOf(fewer, "full", "Galera")).toBe(3);
  expect(amountOf(fewer, "full", "SQLite")).toBe(10);
  expect(amountOf(fewer, "quick", "Galera")).toBe(2);
  const few: Check = { ...CHECK, quickEngines: ["SQLite"] };
  const read = (words: readonly string[]) => readTortureOptions(words, all);
  expect(runsOn(few, read([]), "MariaDB")).toBe(false);
  expect(runsOn(few, read([]), "SQLite")).toBe(true);
  expect(runsOn(few, read(["--full"]), "MariaDB")).toBe(true);
  expect(runsOn(few, read(["--only", "R-99"]), "MariaDB")).toBe(true);
  for (const [why, ...words] of [
    ["there is no R-1: there are R-99, R-98", "--only", "R-1"],
    ["there is no Oracle", "--engines", "Oracle"],
    ["R-99 runs on SQLite, MariaDB only", "--only", "R-99", "--engines", "Galera"],
    ["0 is no whole number above 0", "--amount", "0"],
    ["say one of --quick and --full", "--quick", "--full"],
    ["Unknown option '--fully'", "--fully"],
    ["Unexpected argument 'R-99'", "R-99"],
  ] as const)
    expect(() => readTortureOptions(words, all), words.join(" ")).toThrow(why);
});

test("the same seed gives the same numbers", () => {
  const [one, same, other] = [randomFrom(7), randomFrom(7), randomFrom(8)];
  const numbers = Array.from({ length: 100 }, one);
  expect(Array.from({ length: 100 }, same)).toEqual(numbers);
  expect(Array.from({ length: 100 }, other)).not.toEqual(numbers);
  expect(numbers.filter((number) => number < 0 || number >= 1)).toEqual([]);
});
