// What each migration costs on a large database, and how long others wait meanwhile. It fills a
// database at the schema of an older version and runs the later migrations one by one, while SQL
// writes and reads, and while the release before works as soon as the schema is its own. Run:
// node bench/migrations.ts [--users 10000000] [--from 0023-observed-asks] [--engine MariaDB]
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { MIGRATION_NAMES } from "../src/store/engine/migrate.ts";
import { Load, type LoadCall, waitsBetween } from "./migrations/load.ts";
import { ReleaseBefore } from "./migrations/release-before.ts";
import { LARGE_STORES, type LargeStore, migrateOne, migrateUntil } from "./migrations/stores.ts";

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "10000000" },
    from: { type: "string", default: "0023-observed-asks" },
    engine: { type: "string", default: "MariaDB" },
  },
});

/** How long the load runs before the first migration, and after each one. */
const [USUAL_MS, AFTER_MS] = [10_000, 500];

/** From when on to when a migration ran, by Date.now(). */
interface Run {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const say = (line: string): void =>
  console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function migrateAll(store: LargeStore, names: readonly string[]): Promise<readonly Run[]> {
  const before = await ReleaseBefore.unpack();
  const done = new Set(MIGRATION_NAMES.filter((name) => !names.includes(name)));
  const runs: Run[] = [];
  try {
    for (const name of names) {
      await before.startAfter(done, store);
      const from = Date.now();
      await migrateOne(store, name);
      const to = Date.now();
      done.add(name);
      runs.push({ name, from, to });
      say(`${name}: ${((to - from) / 1000).toFixed(1)} s`);
      await delay(AFTER_MS);
    }
  } finally {
    const seen = await before.end();
    say(
      seen === undefined
        ? "the release before had nothing to serve"
        : `the release before: ${seen.calls} calls, the longest ${seen.longest.toFixed(0)} ms, ` +
            `failures: ${seen.failures.join("; ") || "none"}`,
    );
  }
  return runs;
}

const asText = (call: LoadCall | undefined): string =>
  call === undefined ? "–" : `${(call.took / 1000).toFixed(2)} s`;

function show(calls: readonly LoadCall[], runs: readonly Run[]): void {
  console.log("\n| migration | seconds | longest write | which | longest read | failed |");
  console.log("| --- | ---: | ---: | --- | ---: | ---: |");
  for (const { name, from, to } of runs) {
    const { write, read, failures } = waitsBetween(calls, from, to);
    const seconds = ((to - from) / 1000).toFixed(1);
    console.log(
      `| ${name} | ${seconds} | ${asText(write)} | ${write?.kind ?? ""} | ${asText(read)} | ` +
        `${failures.length} |`,
    );
    for (const failure of failures) console.log(failure);
  }
}

async function main(users: number, make: (folder: string) => Promise<LargeStore>): Promise<void> {
  const names = MIGRATION_NAMES.slice(MIGRATION_NAMES.indexOf(values.from) + 1);
  // On a disk, as a server has it.
  const folder = await mkdtemp(join(tmpdir(), "latchkey-migrations-"));
  try {
    const store = await make(folder);
    try {
      await migrateUntil(store, values.from);
      say(`${store.name}: filling ${users.toLocaleString("en")} users`);
      await store.fill(users);
      say(`${((await store.bytes()) / 2 ** 30).toFixed(1)} GiB`);
      const { options } = store;
      const load = await Load.start({
        address: options.kind === "mysql" ? options.url : options.file,
        isSqlite: options.kind === "sqlite",
        users,
      });
      const usual = { name: "before the first", from: Date.now(), to: Date.now() + USUAL_MS };
      await delay(USUAL_MS);
      const runs = await migrateAll(store, names);
      show(await load.stop(), [usual, ...runs]);
      say(`${((await store.bytes()) / 2 ** 30).toFixed(1)} GiB, ${cpus().length} cores`);
    } finally {
      await store.remove();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const make = LARGE_STORES[values.engine as keyof typeof LARGE_STORES];
if (make === undefined) throw new Error(`there is no ${values.engine}`);
await main(Number(values.users), make);
