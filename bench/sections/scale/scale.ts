// One among many: what a call costs when there are more and more users, or tokens. Only Latchkey is
// measured here.
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { newSecret } from "../../contenders/latchkey.ts";
import { type Figures, measure } from "../../measure/rounds.ts";
import type { Stage } from "../stage.ts";
import { fillMariadb } from "./fill-mariadb.ts";
import { fillSqlite } from "./fill-sqlite.ts";
import type { Rows } from "./rows.ts";
import { type EmptyStore, prepareStore, startOn, type Task, TASKS } from "./store.ts";

/** So few that what is seen is the look-up and not the queue. */
const CONNECTIONS = 4;

/** How many there are of the rows whose number doesn't grow. */
const FEW = 10_000;

/** Seconds that a row takes where none was inserted yet, and from how many rows on one knows. */
const [USUAL, LARGE] = [2e-5, 100_000];

/** The part of the requests that a task gets. */
const SHARE: Readonly<Record<Task, number>> = { byId: 3, byEmail: 3, signIn: 0.1, introspect: 3 };

/** The figures of one store with so many rows. */
export interface ScaleFigures {
  readonly store: string;
  readonly users: number;
  readonly tokens: number;
  /** Seconds until the rows of both stores, which are filled together, were in. */
  readonly inserted: number;
  readonly bytes: number;
  readonly tasks: Readonly<Partial<Record<Task, Figures>>>;
}

/** More and more users, with few tokens. */
export const measureUsers = (stage: Stage): Promise<ScaleFigures[]> =>
  measureSizes(stage, (users) => ({ users, tokens: FEW }), Object.keys(TASKS) as Task[]);

/** More and more tokens, of few users. */
export const measureTokens = (stage: Stage): Promise<ScaleFigures[]> =>
  measureSizes(stage, (tokens) => ({ users: FEW, tokens }), ["introspect"]);

async function measureSizes(
  stage: Stage,
  rowsOf: (size: number) => Omit<Rows, "clientId">,
  tasks: readonly Task[],
): Promise<ScaleFigures[]> {
  const results: ScaleFigures[] = [];
  let secondsPerRow = USUAL;
  for (const size of stage.options.sizes) {
    const expected = size * secondsPerRow;
    if (results.length > 0 && performance.now() + expected * 1000 > stage.deadline) {
      stage.say(`${size.toLocaleString("en")} rows would take ${Math.round(expected)} s: left out`);
      break;
    }
    const figures = await measureSize(stage, rowsOf(size), tasks);
    results.push(...figures);
    // A small table takes as long to prepare as to fill.
    if (size >= LARGE) secondsPerRow = Math.max(...figures.map(({ inserted }) => inserted)) / size;
  }
  return results;
}

async function measureSize(
  stage: Stage,
  size: Omit<Rows, "clientId">,
  tasks: readonly Task[],
): Promise<ScaleFigures[]> {
  const { options, say } = stage;
  const [users, tokens] = [size.users, size.tokens].map((each) => each.toLocaleString("en"));
  say(`filling the stores: ${users} users, ${tokens} tokens`);
  const stores = [await emptySqlite(stage), await emptyMariadb(stage)];
  const clients = [await prepareStore(stores[0]!), await prepareStore(stores[1]!)];
  const begin = performance.now();
  const filling = stores.map(async (store, index) => {
    await store.fill({ ...size, clientId: clients[index]!.id });
    return (performance.now() - begin) / 1000;
  });
  const inserted = await Promise.all(filling);
  say(`among ${users} users and ${tokens} tokens`);
  const running = [];
  for (const [index, store] of stores.entries())
    running.push(await startOn(store, { ...size, clientId: clients[index]!.id }, clients[index]!));
  const figures: Partial<Record<Task, Figures>>[] = stores.map(() => ({}));
  for (const task of tasks) {
    const subjects = running.map(({ subject }) => subject(task));
    const measured = await measure(subjects, {
      rounds: Math.min(3, options.rounds),
      connections: CONNECTIONS,
      requests: Math.round(options.requests * SHARE[task]),
    });
    measured.forEach((each, index) => (figures[index]![task] = each));
  }
  for (const { process } of running) await process.stop();
  const results: ScaleFigures[] = [];
  for (const [index, { name: store, bytes, remove }] of stores.entries()) {
    results.push({
      store,
      ...size,
      inserted: inserted[index]!,
      bytes: await bytes(),
      tasks: figures[index]!,
    });
    await remove();
  }
  return results;
}

async function emptySqlite({ folder }: Stage): Promise<EmptyStore> {
  const dataDir = await mkdtemp(join(folder, "scale-"));
  return {
    name: "SQLite",
    place: { dataDir },
    fill: (rows) => fillSqlite(join(dataDir, "latchkey.db"), rows),
    bytes: () => sizeOf(dataDir),
    remove: () => rm(dataDir, { recursive: true }),
  };
}

async function emptyMariadb({ database }: Stage): Promise<EmptyStore> {
  const databaseUrl = await database.create();
  return {
    name: "MariaDB",
    place: { databaseUrl, secret: newSecret() },
    fill: (rows) => fillMariadb(databaseUrl, rows),
    bytes: () => sizeOf(database.folderOf(databaseUrl)),
    remove: () => database.drop(databaseUrl),
    databaseUsage: database.usage,
  };
}

async function sizeOf(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  const sizes = await Promise.all(
    files.map(async (file) => (await stat(join(file.parentPath, file.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
