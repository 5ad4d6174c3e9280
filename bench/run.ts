// The benchmark: measures everything in one run, compares it with the run that is kept, and writes
// docs/performance.md. Run: npm run bench [-- --quick | --full] [--sections calls,echo] [--keep]
// [--before FOLDER] [--document]
import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installRivals } from "./contenders/rivals.ts";
import { compare, describe } from "./document/compare.ts";
import { keepResults, keptResults } from "./document/keep.ts";
import { busyness, commitOf, environment, loadsOf } from "./document/machine.ts";
import { writeDocument } from "./document/performance.ts";
import { latencyTable, reachTable } from "./document/reach-table.ts";
import type { Measured, Results } from "./document/results.ts";
import { DATABASE_OPTIONS, startDatabase } from "./measure/database.ts";
import { type Options, readOptions, SECTIONS, type SectionName } from "./options.ts";
import { measureCalls } from "./sections/calls.ts";
import { measureConnections } from "./sections/connections.ts";
import { measureEcho } from "./sections/echo.ts";
import { measureProcesses } from "./sections/processes.ts";
import { measureTokens, measureUsers } from "./sections/scale/scale.ts";
import { measureSocket } from "./sections/socket.ts";
import type { Stage } from "./sections/stage.ts";
import { measureStarts } from "./sections/starts.ts";
import { measureTls } from "./sections/tls.ts";
import { measureTransport } from "./sections/transport.ts";

const FORMATTER = join(import.meta.dirname, "../node_modules/.bin/oxfmt");
const DOCUMENT = join(import.meta.dirname, "../docs/performance.md");

const MEASURES: {
  readonly [Name in SectionName]: (stage: Stage) => Promise<Required<Measured>[Name]>;
} = {
  calls: measureCalls,
  transport: measureTransport,
  echo: measureEcho,
  starts: measureStarts,
  connections: measureConnections,
  processes: measureProcesses,
  socket: measureSocket,
  tls: measureTls,
  users: measureUsers,
  tokens: measureTokens,
};

/** How busy the machine was at every step. */
const loads: number[] = [];

function say(line: string): void {
  loads.push(busyness());
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

/** Runs the sections; one that fails is reported, and the others still run. */
async function measureSections(
  stage: Stage,
): Promise<{ measured: Measured; failed: SectionName[] }> {
  let measured: Measured = {};
  const failed: SectionName[] = [];
  for (const name of stage.options.sections) {
    try {
      measured = { ...measured, [name]: await MEASURES[name](stage) };
    } catch (error) {
      failed.push(name);
      say(`the section ${name} has failed`);
      console.error(error);
      process.exitCode = 1;
    }
  }
  return { measured, failed };
}

async function measureAll(
  folder: string,
  options: Options,
  words: readonly string[],
): Promise<Results> {
  const begin = new Date();
  const deadline = performance.now() + options.minutes * 60_000;
  const database = await startDatabase(folder);
  try {
    const { measured, failed } = await measureSections({
      folder,
      database,
      options,
      deadline,
      say,
    });
    const kept = keptResults();
    return {
      run: {
        begin: begin.toISOString(),
        minutes: Math.round((Date.now() - begin.getTime()) / 60_000),
        // The folder of another checkout says nothing to readers.
        words: words.map((word) => (word === options.beforeWord ? "FOLDER" : word)),
        commit: commitOf(),
        ...environment(),
        loads: loadsOf(loads),
        mariadb: await database.version(),
        databaseOptions: DATABASE_OPTIONS,
        rounds: options.rounds,
        requests: options.requests,
        connections: options.connections,
        before: options.before === undefined ? undefined : commitOf(options.before),
        failed,
      },
      ...measured,
      comparison: kept === undefined ? undefined : compare(measured, kept),
    };
  } finally {
    await database.stop();
  }
}

function show(results: Results): void {
  console.log(`\n${reachTable(results).join("\n")}\n`);
  console.log(latencyTable(results).join("\n"));
  const { comparison } = results;
  console.log(
    comparison === undefined
      ? "No run is kept, so there is nothing to compare with."
      : describe(comparison).join("\n"),
  );
}

/** Writes the document, in the form that the formatter gives every text. */
async function document(results: Results): Promise<void> {
  await writeFile(DOCUMENT, writeDocument(results));
  spawnSync(FORMATTER, [DOCUMENT], { stdio: "inherit" });
}

async function main(words: readonly string[]): Promise<void> {
  const options = readOptions(words);
  if (options.document) {
    const kept = keptResults();
    if (kept === undefined) throw new Error("no run is kept in bench/results/last.json");
    return document(kept);
  }
  installRivals();
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  try {
    const results = await measureAll(folder, options, words);
    show(results);
    if (options.keep) {
      keepResults(results);
      say("bench/results/last.json keeps this run");
    }
    // A quick run and a part of a run say too little for the document.
    if (options.length !== "quick" && options.sections.length === SECTIONS.length) {
      await document(results);
      say("docs/performance.md is written");
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main(process.argv.slice(2));
