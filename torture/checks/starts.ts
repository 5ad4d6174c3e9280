// how long a start takes, what it waits for, and the memory of a process that does nothing.
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../../bench/measure/statistics.ts";
import { freePort } from "../../test/mariadb-server.ts";
import { type Installation, start } from "../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { residentMib } from "../load/process.ts";
import { fileOf } from "../load/rows.ts";
import { isReady } from "../load/until.ts";

/** A key of each algorithm. */
const KEYS = 2;

/** How long a start takes, and the memory of a process that does nothing. */
async function measureColdStarts({ engine, amount }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  try {
    // The first one makes the schema and the keys.
    await (await installation.start()).stop();
    const times: number[] = [];
    const resident: number[] = [];
    const keys: number[] = [];
    for (let round = 0; round < amount; round++) {
      const begin = performance.now();
      const server = await installation.start();
      while (!(await isReady(server.url))) await delay(5);
      times.push(performance.now() - begin);
      keys.push(await countKeys(server.url));
      await delay(2_000);
      resident.push(residentMib(server.pid));
      await server.stop();
    }
    return [
      timed(atMost("from the start until ready, median", quantile(times, 0.5) / 1000, 1.5, "s")),
      atMost("resident memory when idle, most", Math.max(...resident), 120, "MiB"),
      atLeast("public keys as soon as it is ready", Math.min(...keys), KEYS),
      exactly("starts without a database that listened", await listensWithout(installation), 0),
    ];
  } finally {
    await installation.remove();
  }
}

/** Returns how many keys a process publishes. */
async function countKeys(url: string): Promise<number> {
  const response = await fetch(`${url}/.well-known/jwks.json`);
  const { keys } = (await response.json()) as { readonly keys: readonly unknown[] };
  return keys.length;
}

/** Starts a process whose database can't be reached; returns 1 if it listens all the same. */
async function listensWithout({ environment }: Installation): Promise<number> {
  const { DATABASE_URL: url } = environment;
  const nowhere: Record<string, string> =
    url === undefined
      ? // A folder can't be below a file.
        { DATA_DIR: fileOf({ environment }) }
      : { DATABASE_URL: `mysql://test:test@127.0.0.1:${await freePort()}/none` };
  const server = await start({ ...environment, ...nowhere }).catch(() => undefined);
  await server?.stop("SIGKILL");
  return server === undefined ? 0 : 1;
}

export const STARTS: readonly Check[] = [
  {
    id: "R-42",
    title: "a start, and a process that does nothing",
    how:
      "From the start of the program until `/readyz` says so; then VmRSS two seconds later. " +
      "A process whose database can't be reached must end, and not listen.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 2, full: 10 },
    unit: "starts",
    measure: measureColdStarts,
  },
];
