// the memory of a process that works for a long time.
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../../../bench/measure/statistics.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Latchkey } from "../../../test/process/latchkey.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { heapAfterCollection, INSPECTED } from "../../load/inspector.ts";
import {
  descriptorsOf,
  metricsOf,
  openConnections,
  residentMib,
  sumOf,
} from "../../load/process.ts";
import { openRows } from "../../load/rows.ts";
import { SteadyLoad } from "../../load/steady.ts";
import { soakLoad } from "./soak-load.ts";

const MINUTE = 60_000;
/** How many times the process is looked at in a short run; in a long one once a minute. */
const LOOKS = 15;
/** How often is said how it is. */
const SAY_MS = 5 * MINUTE;
/** The longest warm-up, and the part of a short run that it takes. */
const WARM_UP = { minutes: 15, part: 0.4 };
/** The longest part at the begin and at the end to compare, and what it is of a short run. */
const PART = { minutes: 10, part: 0.5 };
/** The pause of the bystanders between two calls. */
const PAUSE_MS = 100;

/** The process at a moment, after its garbage was collected. */
interface Sample {
  /** Of Date.now(). */
  readonly at: number;
  /** In MiB. */
  readonly resident: number;
  readonly heap: number;
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

const CONNECTIONS = "select count(*) from information_schema.processlist where db = database()";

/** How a process is watched. */
interface Watching {
  readonly lookMs: number;
  /** Counts the connections of the database. */
  readonly count: () => Promise<number>;
  readonly say: (line: string) => void;
}

/** What keeps the process alive, by its kinds. */
const open = (metrics: string): string =>
  Array.from(
    metrics.matchAll(/^nodejs_active_resources\{type="(\w+)"[^}]*\} (\d+)/gm),
    ([, type, count]) => `${count} ${type}`,
  ).join(", ");

/** Looks at the process until a time, and returns what it saw. */
async function watch(
  server: Latchkey,
  until: number,
  { lookMs, count, say }: Watching,
): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const port = Number(new URL(server.url).port);
  for (let [at, said] = [Date.now(), Date.now()]; at < until; at = Date.now()) {
    const heap = await heapAfterCollection(server);
    const metrics = await metricsOf(server);
    // Those of clients that are there come and go with the load.
    const clients = openConnections(port, true).size;
    const sample = {
      at,
      heap,
      resident: residentMib(server.pid),
      descriptors: descriptorsOf(server.pid) - clients,
      resources: sumOf(metrics, "nodejs_active_resources_total") - clients,
      connections: await count(),
    };
    samples.push(sample);
    if (at - said > SAY_MS || samples.length === 1) {
      said = at;
      say(`RSS ${sample.resident.toFixed(0)} MiB, heap ${heap.toFixed(1)} MiB; ${open(metrics)}`);
    }
    await delay(Math.max(0, Math.min(at + lookMs, until) - Date.now()));
  }
  return samples;
}

/** The middle of something in some samples. */
const middle = (samples: readonly Sample[], key: Exclude<keyof Sample, "at">): number =>
  quantile(
    samples.map((sample) => sample[key]),
    0.5,
  );

async function measureSoak({ engine, amount, random, say }: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, 1, {
    ...INSPECTED,
    REGISTRATIONS_PER_NETWORK: "1000000",
  });
  const rows = engine.name === "SQLite" ? undefined : await openRows(engine, fleet.installation);
  const count = async (): Promise<number> => (await rows?.count(CONNECTIONS)) ?? 0;
  const server = fleet.servers[0]!;
  const { token } = await fleet.newUser();
  const orders = { url: server.url, token, client: fleet.client };
  const { moves, close } = await soakLoad(fleet, Math.floor(random() * 2 ** 31));
  const load = new SteadyLoad(moves, say);
  const bystanders = await Bystanders.start(orders, PAUSE_MS);
  try {
    const begin = Date.now();
    const end = begin + amount * MINUTE;
    const warm = begin + Math.min(WARM_UP.minutes, amount * WARM_UP.part) * MINUTE;
    const partMs = Math.min(PART.minutes * MINUTE, (end - warm) * PART.part);
    const watching = { lookMs: Math.min(MINUTE, (amount * MINUTE) / LOOKS), count, say };
    await watch(server, warm, watching);
    const samples = await watch(server, end, watching);
    await load.stop();
    const calls = await bystanders.stop();
    say(`${load.done} done, ${load.left} left out`);
    const [first, last] = [
      samples.filter(({ at }) => at < warm + partMs),
      samples.filter(({ at }) => at >= end - partMs),
    ];
    const more = (key: "descriptors" | "resources" | "connections"): number =>
      middle(last, key) - middle(first, key);
    const points = samples.map(({ at, resident }) => [at / MINUTE, resident] as const);
    const heapGrowth = (middle(last, "heap") / middle(first, "heap") - 1) * 100;
    const seen = [
      seenBetween(calls, warm, warm + partMs),
      seenBetween(calls, end - partMs, end),
    ] as const;
    const p99 = seen.map((part) => part.p99.toFixed(1)).join(" to ");
    const failed = load.failed + seenBetween(calls, begin, end).failed;
    return [
      atLeast("things done", load.done, amount * 60 * 10),
      exactly("things that went wrong", failed, 0),
      atMost("growth of RSS after warm-up", slopeOf(points), 0.5, "MiB/min"),
      atMost("growth of the heap", heapGrowth, 10, "%"),
      atMost("more descriptors at the end, beside clients'", more("descriptors"), 5),
      atMost("more active resources, beside clients'", more("resources"), 5),
      ...(engine.name === "SQLite"
        ? []
        : [atMost("more database connections", more("connections"), 0)]),
      timed(atMost(`p99 (${p99} ms), times`, seen[1].p99 / seen[0].p99, 1.2)),
    ];
  } finally {
    close();
    await load.stop();
    await rows?.close();
    await fleet.stop();
  }
}

export const SOAK: readonly Check[] = [
  {
    id: "R-35",
    title: "a process that works for a long time",
    how:
      "Sign-ins, registrations, code flows, refreshes, UserInfo, pages, streams, wrong " +
      "passwords, malformed requests and connections that are left, some 60 calls a second. " +
      "Once a minute node's inspector collects the garbage, and RSS and the heap are measured. " +
      "RSS is a line through the samples after the warm-up: 15 minutes, less in a short run. " +
      "Two hours are asked; --full does half an hour of them, and `--amount 120` all.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    aside: "by itself",
    amounts: { quick: 5, full: 30 },
    unit: "minutes",
    measure: measureSoak,
  },
];
