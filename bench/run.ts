// The benchmark: measures everything in one run and writes docs/performance.md. Run: npm run bench
// [-- --full]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installRivals } from "./contenders/rivals.ts";
import { busyness, describeRun } from "./document/machine.ts";
import { writeDocument } from "./document/performance.ts";
import { DATABASE_OPTIONS, type MeasuredDatabase, startDatabase } from "./measure/database.ts";
import { type Options, readOptions } from "./options.ts";
import { measureCalls, startContenders } from "./sections/calls.ts";
import { measureLookups } from "./sections/lookups.ts";
import { measureStarts } from "./sections/starts.ts";
import { measureTransport } from "./sections/transport.ts";

const DOCUMENT = join(import.meta.dirname, "../docs/performance.md");

/** How busy the machine was at every step. */
const loads: number[] = [];

function say(line: string): void {
  loads.push(busyness());
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
}

async function calls(folder: string, database: MeasuredDatabase, options: Options) {
  const contenders = await startContenders(folder, database);
  const figures = await measureCalls(contenders, options, say);
  const resident = new Map<string, number>();
  for (const { name, process } of contenders) {
    resident.set(name, (await process.usage()).resident);
    await process.stop();
  }
  return { calls: figures, resident };
}

async function measureAll(
  folder: string,
  database: MeasuredDatabase,
  words: readonly string[],
): Promise<string> {
  const options = readOptions(words);
  const begin = new Date();
  say("starting the contenders");
  const called = await calls(folder, database, options);
  say("plain HTTP");
  const transport = await measureTransport(options);
  say("starts");
  const starts = await measureStarts(folder, database, options);
  const lookups = await measureLookups(folder, database, options, say);
  return writeDocument({
    ...called,
    options,
    transport,
    starts,
    lookups,
    run: describeRun({
      begin,
      loads,
      mariadb: await database.version(),
      databaseOptions: DATABASE_OPTIONS,
      words,
    }),
  });
}

installRivals();
const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
try {
  const database = await startDatabase(folder);
  try {
    await writeFile(DOCUMENT, await measureAll(folder, database, process.argv.slice(2)));
    say("docs/performance.md is written");
  } finally {
    await database.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
