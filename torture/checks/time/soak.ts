// the memory of a process that works for a long time.
import { setTimeout as delay } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { quantile } from "../../../bench/measure/statistics.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { heapAfterCollection, INSPECTED } from "../../load/inspector.ts";
import { descriptorsOf, metricsOf, residentMib, sumOf } from "../../load/process.ts";
import { SteadyLoad } from "../../load/steady.ts";
import { soakLoad } from "./soak-load.ts";

const MINUTE = 60_000;
/** How often the process is looked at. */
const LOOK_MS = 5_000;
/** The longest warm-up, and the part of a short run that it takes. */
const WARM_UP = { minutes: 15, part: 0.4 };
/** The longest part at the begin and at the end that are compared, and what it is of a short run. */
const PART = { minutes: 10, part: 0.5 };
/** The pause of the bystanders between two calls. */
const PAUSE_MS = 100;

/** The process at a moment. */
interface Sample {
  /** Of Date.now(). */
  readonly at: number;
  readonly resident: number;
  readonly descriptors: number;
  readonly resources: number;
  /** The connections of the database server; 0 on SQLite. */
  readonly connections: number;
}

/** The slope of a line through points, by least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const over = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  return over / points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
}

/** Returns a function that counts the connections to the database's server. */
async function connectionCounter(url: string | undefined) {
  if (url === undefined) return { count: async () => 0, end: async () => undefined };
  const connection = await createConnection(url);
  return {
    async count() {
      const [[row]] = await connection.query<RowDataPacket[]>(
        "select count(*) many from information_schema.processlist where db = database()",
      );
      return Number(row!["many"]);
    },
    end: () => connection.end(),
  };
}

/** Looks at the process until a time, and returns what it saw. */
async function watch(
  fleet: Fleet,
  until: number,
  countConnections: () => Promise<number>,
): Promise<readonly Sample[]> {
  const [server] = fleet.servers;
  const samples: Sample[] = [];
  for (let at = Date.now(); at < until; at = Date.now()) {
    samples.push({
      at,
      resident: residentMib(server!.pid),
      descriptors: descriptorsOf(server!.pid),
      resources: sumOf(await metricsOf(server!), "nodejs_active_resources_total"),
      connections: await countConnections(),
    });
    await delay(Math.min(LOOK_MS, Math.max(0, until - Date.now())));
  }
  return samples;
}

/** How much more of something there is in the last part than in the first, by medians. */
function growth(
  key: "descriptors" | "resources" | "connections",
  first: readonly Sample[],
  last: readonly Sample[],
): number {
  const middle = (samples: readonly Sample[]): number =>
    quantile(
      samples.map((sample) => sample[key]),
      0.5,
    );
  return middle(last) - middle(first);
}

async function measureSoak({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const fleet = await Fleet.start({ ...engine, install: () => Promise.resolve(installation) }, 1, {
    ...INSPECTED,
    REGISTRATIONS_PER_NETWORK: "1000000",
  });
  const counter = await connectionCounter(installation.environment["DATABASE_URL"]);
  const [server] = fleet.servers;
  const { token } = await fleet.newUser();
  const orders = { url: server!.url, token, client: fleet.client };
  const { moves, close } = await soakLoad(fleet, Math.floor(random() * 2 ** 31));
  const load = new SteadyLoad(moves);
  const bystanders = await Bystanders.start(orders, PAUSE_MS);
  try {
    const begin = Date.now();
    const end = begin + amount * MINUTE;
    const warm = begin + Math.min(WARM_UP.minutes, amount * WARM_UP.part) * MINUTE;
    const partMs = Math.min(PART.minutes * MINUTE, (end - warm) * PART.part);
    await watch(fleet, warm, counter.count);
    const heap = await heapAfterCollection(server!);
    say(`warm: RSS ${residentMib(server!.pid).toFixed(0)} MiB, heap ${heap.toFixed(1)} MiB`);
    const samples: Sample[] = [];
    for (let next = Date.now(); next < end;) {
      next = Math.min(end, next + 5 * MINUTE);
      samples.push(...(await watch(fleet, next, counter.count)));
      say(
        `RSS ${samples.at(-1)!.resident.toFixed(0)} MiB, ${load.done} done, ${load.failed} failed`,
      );
    }
    const heapAtEnd = await heapAfterCollection(server!);
    await load.stop();
    const calls = await bystanders.stop();
    for (const failure of load.failures) say(failure);
    say(`heap ${heapAtEnd.toFixed(1)} MiB, ${load.left} left out`);
    const seen = {
      all: seenBetween(calls, begin, end),
      first: seenBetween(calls, warm, warm + partMs),
      last: seenBetween(calls, end - partMs, end),
    };
    const first = samples.filter(({ at }) => at < warm + partMs);
    const last = samples.filter(({ at }) => at >= end - partMs);
    const points = samples.map(({ at, resident }) => [at / MINUTE, resident] as const);
    const p99 = [seen.first, seen.last].map((part) => `${part.p99.toFixed(1)} ms`).join(" to ");
    return [
      atLeast("things done", load.done, amount * 60 * 10),
      exactly("things that went wrong", load.failed + seen.all.failed, 0),
      atMost("growth of RSS after the warm-up", slopeOf(points), 0.5, "MiB a minute"),
      atMost("growth of the heap after a collection", (heapAtEnd / heap - 1) * 100, 10, "%"),
      atMost("more descriptors in the last part", growth("descriptors", first, last), 5),
      atMost("more active resources in the last part", growth("resources", first, last), 5),
      ...(engine.name === "SQLite"
        ? []
        : [atMost("more database connections", growth("connections", first, last), 0)]),
      timed(atMost(`p99, first to last part (${p99}), times`, seen.last.p99 / seen.first.p99, 1.2)),
    ];
  } finally {
    close();
    await load.stop();
    await counter.end();
    await fleet.stop();
  }
}

export const SOAK: readonly Check[] = [
  {
    id: "R-35",
    title: "a process that works for a long time",
    how:
      "Sign-ins, registrations, code flows, refreshes, UserInfo, pages, streams, wrong passwords, " +
      "malformed requests and connections that are left, some 60 calls a second at a steady rate. " +
      "RSS is a line through samples after the warm-up: 15 minutes, less in a short run. " +
      "Node's inspector collects the garbage before the heap is measured.",
    engines: ["SQLite", "MariaDB"],
    amounts: { quick: 5, full: 30 },
    unit: "minutes",
    measure: measureSoak,
  },
];
