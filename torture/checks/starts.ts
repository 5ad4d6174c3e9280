// many processes start at once, and how long one takes.
import { setTimeout as delay } from "node:timers/promises";
import { launch } from "../../test/process/latchkey.ts";
import { once } from "node:events";
import { atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { quantile } from "../../bench/measure/statistics.ts";
import { residentMib } from "../load/process.ts";

const PROCESSES = 5;

/** Returns whether a process answers that it is ready. */
const isReady = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;

/** Several processes find an empty database; one is killed while it migrates. */
async function measureMigrations({ engine, amount, random }: Stage): Promise<readonly Figure[]> {
  let [unready, slowest, killed] = [0, 0, 0];
  for (let round = 0; round < amount; round++) {
    const installation = await engine.install();
    try {
      // Killed in the middle: what it has begun is finished by the next.
      const first = await launch(["migrate"], installation.environment);
      const end = once(first, "close");
      await delay(100 + random() * 250);
      if (first.kill("SIGKILL")) killed++;
      await end;
      const begin = performance.now();
      const servers = await Promise.all(
        Array.from({ length: PROCESSES }, () => installation.start({ LOG_LEVEL: "warn" })),
      );
      slowest = Math.max(slowest, performance.now() - begin);
      const ready = await Promise.all(servers.map(({ url }) => isReady(url)));
      unready += ready.filter((each) => !each).length;
      await Promise.all(servers.map((server) => server.stop("SIGKILL")));
    } finally {
      await installation.remove();
    }
  }
  return [
    exactly("processes that were not ready", unready, 0),
    exactly("migrations killed", killed, amount),
    timed(atMost(`slowest start of ${PROCESSES} processes at once`, slowest / 1000, 30, "s")),
  ];
}

/** How long a start takes, and the memory of a process that does nothing. */
async function measureColdStarts({ engine, amount }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  try {
    // The first one makes the schema and the keys.
    await (await installation.start()).stop();
    const times: number[] = [];
    const resident: number[] = [];
    for (let round = 0; round < amount; round++) {
      const begin = performance.now();
      const server = await installation.start();
      while (!(await isReady(server.url))) await delay(5);
      times.push(performance.now() - begin);
      await delay(2_000);
      resident.push(residentMib(server.pid));
      await server.stop();
    }
    return [
      timed(atMost("from the start until ready, median", quantile(times, 0.5) / 1000, 1.5, "s")),
      atMost("resident memory when idle, most", Math.max(...resident), 120, "MiB"),
    ];
  } finally {
    await installation.remove();
  }
}

export const STARTS: readonly Check[] = [
  {
    id: "R-33",
    title: "a migration is killed, then several processes start at once",
    how:
      "`latchkey migrate` on an empty database gets SIGKILL in the middle; then " +
      `${PROCESSES} processes start at once and are asked whether they are ready.`,
    engines: ["SQLite", "MariaDB", "Galera"],
    quickEngines: ["MariaDB"],
    aside: "in turn",
    amounts: { quick: 1, full: 20 },
    unit: "rounds",
    measure: measureMigrations,
  },
  {
    id: "R-42",
    title: "a start, and a process that does nothing",
    how: "From the start of the program until `/readyz` says so; then VmRSS two seconds later.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 2, full: 10 },
    fullOn: { MariaDB: 5 },
    unit: "starts",
    measure: measureColdStarts,
  },
];
