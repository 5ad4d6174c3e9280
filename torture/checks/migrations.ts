// a migration is killed, and several processes find the same database at once.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { MIGRATION_NAMES } from "../../src/store/engine/migrate.ts";
import { type Installation, launch, type Place, run } from "../../test/process/latchkey.ts";
import { unpackReleaseBefore } from "../../test/versions/release-before.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Engine, Stage } from "../engine.ts";
import { nameOfDatabase } from "../load/fleet.ts";
import { fileOf, openRows, type OpenRows } from "../load/rows.ts";
import { isReady, until } from "../load/until.ts";

const PROCESSES = 5;
/** One round of so many begins with nothing, and one with the schema of the release before. */
const OTHERS_EVERY = 5;
/** How often a kill is tried until it hits a migration that is under way. */
const TRIES = 5;
const PATIENCE_MS = 60_000;
/** How long a migration of a file goes on at most before the kill, in milliseconds. */
const WITHIN_MS = 10;

/** What a database is when the processes find it. */
type Found = "empty" | "half migrated" | "of the release before";

/** Returns how many migrations have run. */
const migrated = (rows: OpenRows): Promise<number> =>
  rows.count("select count(*) from schema_migrations").catch(() => 0);

/** All of SQLite's migrations are one transaction: while it is open, no other can begin. */
function isLocked(file: DatabaseSync): boolean {
  try {
    file.exec("begin immediate; rollback");
    return false;
  } catch {
    return true;
  }
}

/** Kills a migration of a file while its transaction is open; returns whether it was. */
async function killInFile(
  path: string,
  migration: ChildProcess,
  random: () => number,
): Promise<boolean> {
  const isOver = (): boolean => migration.exitCode !== null;
  await until(() => isOver() || existsSync(`${path}-wal`), PATIENCE_MS, "there is a log");
  const file = new DatabaseSync(path, { timeout: 0 });
  while (!isOver() && !isLocked(file)) await delay(1);
  await delay(random() * WITHIN_MS);
  const isOpen = isLocked(file);
  // The last connection that is closed would bring the file in order.
  file.close();
  migration.kill("SIGKILL");
  return isOpen;
}

/** Kills a migration on a server after some of its steps. */
async function killOnServer(
  rows: OpenRows,
  migration: ChildProcess,
  random: () => number,
): Promise<void> {
  const steps = 1 + Math.floor(random() * (MIGRATION_NAMES.length - 2));
  while (migration.exitCode === null && (await migrated(rows)) < steps) await delay(1);
  migration.kill("SIGKILL");
}

/** Kills `latchkey migrate` on a new database; returns whether it was in the middle of its work. */
async function interrupt(
  { engine, random }: Pick<Stage, "engine" | "random">,
  installation: Installation,
): Promise<boolean> {
  const migration = await launch(["migrate"], installation.environment);
  const end = once(migration, "close");
  if (engine.name === "SQLite") {
    const isHit = await killInFile(fileOf(installation), migration, random);
    await end;
    return isHit;
  }
  const rows = await openRows(engine, installation);
  try {
    await killOnServer(rows, migration, random);
    await end;
    return (await migrated(rows)) < MIGRATION_NAMES.length;
  } finally {
    await rows.close();
  }
}

/** Migrates with the release before, which knows one node of a cluster. */
async function migrateBefore(
  { cluster }: Engine,
  { environment }: Installation,
  before: Place,
): Promise<void> {
  const [node] = cluster?.nodes ?? [];
  const one = node && { DATABASE_URL: node.urlOf(nameOfDatabase(environment)) };
  const { code, stderr } = await run(["migrate"], { ...environment, ...one }, before);
  if (code !== 0) throw new Error(`the release before doesn't migrate: ${stderr}`);
}

/** Returns a new database whose migration was killed, and whether it was in the middle. */
async function halfMigrated(
  stage: Stage,
): Promise<{ installation: Installation; isHalf: boolean }> {
  for (let tries = 1; ; tries++) {
    const installation = await stage.engine.install();
    const isHalf = await interrupt(stage, installation);
    if (isHalf || tries === TRIES) return { installation, isHalf };
    await installation.remove();
  }
}

/** What the rounds have shown. */
class Seen {
  readonly unready: Record<Found, number> = {
    empty: 0,
    "half migrated": 0,
    "of the release before": 0,
  };
  slowest = 0;
  mostMigrators = 0;
  again = 0;
}

/** Starts several processes at once on a database, and migrates once more. */
async function startAll(seen: Seen, installation: Installation, found: Found): Promise<void> {
  const begin = performance.now();
  const servers = await Promise.all(
    Array.from({ length: PROCESSES }, () => installation.start({ LOG_LEVEL: "info" })),
  );
  const ready = await Promise.all(servers.map(({ url }) => isReady(url)));
  seen.slowest = Math.max(seen.slowest, performance.now() - begin);
  seen.unready[found] += ready.filter((each) => !each).length;
  const migrators = servers.filter(({ output }) => output.stderr.includes('"msg":"migrated"'));
  seen.mostMigrators = Math.max(seen.mostMigrators, migrators.length);
  const { stdout } = await run(["migrate"], installation.environment);
  if (!stdout.includes("The schema is current.")) seen.again++;
  await Promise.all(servers.map((server) => server.stop("SIGKILL")));
}

async function measureMigrations(stage: Stage): Promise<readonly Figure[]> {
  const { engine, amount, say } = stage;
  const before = await unpackReleaseBefore();
  const seen = new Seen();
  let killed = 0;
  const play = async (installation: Installation, found: Found): Promise<void> => {
    try {
      if (found === "of the release before") await migrateBefore(engine, installation, before);
      await startAll(seen, installation, found);
    } finally {
      await installation.remove();
    }
  };
  try {
    for (let round = 0; round < amount; round++) {
      const { installation, isHalf } = await halfMigrated(stage);
      if (isHalf) killed++;
      await play(installation, "half migrated");
      if (round % OTHERS_EVERY > 0) continue;
      await play(await engine.install(), "empty");
      await play(await engine.install(), "of the release before");
      say(`${round + 1} rounds`);
    }
  } finally {
    await rm(before.root, { recursive: true });
  }
  return [
    exactly("migrations killed in the middle", killed, amount),
    ...Object.entries(seen.unready).map(([found, count]) =>
      exactly(`${found}: processes not ready`, count, 0),
    ),
    exactly("processes that migrated one database, most", seen.mostMigrators, 1),
    exactly("later migrations that changed something", seen.again, 0),
    timed(atMost(`slowest start of ${PROCESSES} processes at once`, seen.slowest / 1000, 30, "s")),
  ];
}

export const MIGRATIONS: readonly Check[] = [
  {
    id: "R-33",
    title: "a migration is killed, then several processes start at once",
    how:
      "`latchkey migrate` on an empty database gets SIGKILL between its first and its last step; " +
      `then ${PROCESSES} processes start at once and are asked whether they are ready. So they ` +
      `are, in one round of ${OTHERS_EVERY}, on an empty database and on one of the release ` +
      "before. At last `latchkey migrate` runs once more. A lock of Galera holds on one node, so " +
      "there a process on each migrates, with the same result.",
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB"],
    aside: "in turn",
    amounts: { quick: 1, full: 20 },
    unit: "rounds",
    measure: measureMigrations,
  },
];
