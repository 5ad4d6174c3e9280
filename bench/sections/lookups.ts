// One user among many: how a lookup by id and by e-mail address grows with the table. Only Latchkey
// is measured here.
import { randomInt } from "node:crypto";
import { mkdir, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  administratorAccess,
  latchkeyProgram,
  newSecret,
  type Place,
} from "../contenders/latchkey.ts";
import type { DatabaseUsage, MeasuredDatabase } from "../measure/database.ts";
import type { Exercise } from "../measure/load.ts";
import { startProcess } from "../measure/process.ts";
import { type Figures, measure } from "../measure/rounds.ts";
import type { Options } from "../options.ts";
import { populateMariadb, populateSqlite, userAt } from "./populate.ts";

/** So few that what is seen is the lookup and not the queue. */
const CONNECTIONS = 4;

const MORE = 5;

export interface LookupFigures {
  readonly store: string;
  readonly users: number;
  /** Seconds that it took to insert them, and the bytes that they take. */
  readonly inserted: number;
  readonly bytes: number;
  readonly byId: Figures;
  readonly byEmail: Figures;
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

/** Fills a new database of each store and looks users up, for each number of users. */
export async function measureLookups(
  folder: string,
  database: MeasuredDatabase,
  options: Options,
  say: (line: string) => void,
): Promise<LookupFigures[]> {
  const results: LookupFigures[] = [];
  for (const users of options.users) {
    say(`lookups among ${users.toLocaleString("en")} users, SQLite`);
    const dataDir = join(folder, `lookup-${users}`);
    await mkdir(dataDir);
    results.push(
      await lookUp({
        store: "SQLite",
        users,
        place: { dataDir },
        populate: () => populateSqlite(join(dataDir, "latchkey.db"), users),
        bytes: () => sizeOf(dataDir),
        options,
      }),
    );
    await rm(dataDir, { recursive: true });
    say(`lookups among ${users.toLocaleString("en")} users, MariaDB`);
    const name = `lookup${users}`;
    const databaseUrl = await database.create(name);
    const place = { databaseUrl, secret: newSecret() };
    results.push(
      await lookUp({
        store: "MariaDB",
        users,
        place,
        populate: () => populateMariadb(databaseUrl, users),
        bytes: () => sizeOf(database.folderOf(name)),
        databaseUsage: database.usage,
        options,
      }),
    );
    await database.drop(name);
  }
  return results;
}

interface Lookup {
  readonly store: string;
  readonly users: number;
  readonly place: Place;
  populate(): void | Promise<void>;
  bytes(): Promise<number>;
  readonly databaseUsage?: () => Promise<DatabaseUsage>;
  readonly options: Options;
}

async function lookUp({
  store,
  users,
  place,
  populate,
  bytes,
  databaseUsage,
  options,
}: Lookup): Promise<LookupFigures> {
  // The first start makes the schema.
  await (await startProcess(latchkeyProgram(place))).stop();
  const begin = performance.now();
  await populate();
  const inserted = (performance.now() - begin) / 1000;
  const process = await startProcess(latchkeyProgram(place));
  const url = process.said;
  const headers = await administratorAccess(place, url);
  const exercise = (path: (user: ReturnType<typeof userAt>) => string): Exercise => {
    const asked: ReturnType<typeof userAt>[] = [];
    return {
      protocol: "http1",
      url,
      request: (_index, lane) => {
        const user = userAt(randomInt(users));
        asked[lane] = user;
        return { path: path(user), headers };
      },
      accepts: ({ status, body }, lane) =>
        status === 200 && body.includes(asked[lane]!.id) && body.includes(asked[lane]!.email),
    };
  };
  const subject = (name: string, path: (user: ReturnType<typeof userAt>) => string) => ({
    name,
    exercise: exercise(path),
    usage: process.usage,
    databaseUsage,
  });
  const subjects = [
    subject("by id", ({ id }) => `/v1/users/${id}`),
    subject("by e-mail", ({ email }) => `/v1/users?email=${encodeURIComponent(email)}`),
  ];
  const [byId, byEmail] = await measure(subjects, {
    ...options,
    connections: CONNECTIONS,
    requests: options.requests * MORE,
  });
  await process.stop();
  return { store, users, inserted, bytes: await bytes(), byId: byId!, byEmail: byEmail! };
}
