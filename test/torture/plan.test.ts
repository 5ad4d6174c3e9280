// What runs beside what, and that nothing outlasts the program.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import type { Aside, Check } from "../../torture/check.ts";
import { CHECKS } from "../../torture/checks.ts";
import { killDescendants, removeAtEnd, removeFolders } from "../../torture/ending.ts";
import { ENGINES, type EngineName } from "../../torture/engine.ts";
import { readTortureOptions, runsOn } from "../../torture/options.ts";
import { planTurns } from "../../torture/plan.ts";

const checkOf = (id: string, aside?: Aside, engines: readonly EngineName[] = ENGINES): Check => ({
  id,
  title: id,
  how: "",
  engines,
  amounts: { full: 1 },
  unit: "times",
  measure: async () => [],
  ...(aside === undefined ? {} : { aside }),
});

/** The plan as text: a turn is a list of lanes. */
const planned = (
  checks: readonly Check[],
  engines: readonly EngineName[] = ENGINES,
): readonly (readonly string[])[] =>
  planTurns(checks, engines, (check, engine) => check.engines.includes(engine)).map((turn) =>
    turn.map((lane) => [lane.engine, ...lane.checks.map(({ id }) => id)].join(" ")),
  );

test("what is timed runs alone, and what counts runs beside others at last", () => {
  const checks = [
    checkOf("timed"),
    checkOf("counted", "in turn"),
    checkOf("waiting", "on all engines at once", ["SQLite", "Galera"]),
    checkOf("long", "by itself", ["SQLite"]),
    checkOf("timed too", undefined, ["SQLite"]),
    checkOf("counted too", "in turn", ["MariaDB", "Galera"]),
  ];
  expect(planned(checks)).toEqual([
    ["SQLite timed timed too"],
    ["MariaDB timed"],
    ["Galera timed"],
    ["SQLite waiting", "Galera waiting"],
    ["SQLite long", "SQLite counted", "MariaDB counted counted too", "Galera counted counted too"],
  ]);
  expect(planned(checks, ["MariaDB"])).toEqual([
    ["MariaDB timed"],
    ["MariaDB counted counted too"],
  ]);
  expect(planned([])).toEqual([]);
});

test.each(["quick", "full"])("--%s runs each check once on each of its engines", (size) => {
  const options = readTortureOptions([`--${size}`], CHECKS);
  const runs = (check: Check, engine: EngineName): boolean => runsOn(check, options, engine);
  const wanted = options.checks.flatMap((check) =>
    ENGINES.filter((engine) => runs(check, engine)).map((engine) => `${check.id} ${engine}`),
  );
  const found = planTurns(options.checks, ENGINES, runs)
    .flat()
    .flatMap(({ engine, checks }) => checks.map(({ id }) => `${id} ${engine}`));
  expect(wanted.length).toBeGreaterThan(30);
  expect(found.toSorted()).toEqual(wanted.toSorted());
});

let child: ChildProcess | undefined;

afterEach(() => {
  child?.kill("SIGKILL");
});

test("the descendants of a process are killed, also those that are stopped", async () => {
  const script = "sleep 300 & echo $!; kill -STOP $!; wait";
  child = spawn("sh", ["-c", `sh -c '${script}'; true`], { stdio: ["ignore", "pipe", "ignore"] });
  const [said] = (await once(child.stdout!, "data")) as [Buffer];
  const sleeper = Number(String(said));
  expect(existsSync(`/proc/${sleeper}`)).toBe(true);
  const end = once(child, "exit");
  killDescendants(child.pid!);
  await end;
  while (existsSync(`/proc/${sleeper}`)) await delay(10);
});

test("what a check has written elsewhere is removed with the rest", () => {
  const [scratch, elsewhere] = [1, 2].map(() => mkdtempSync(join(tmpdir(), "latchkey-end-"))) as [
    string,
    string,
  ];
  writeFileSync(join(elsewhere, "file"), "");
  removeAtEnd(elsewhere);
  removeFolders(scratch);
  expect([scratch, elsewhere].filter(existsSync)).toEqual([]);
});
