// the program that reads the log stops reading.
import { setTimeout as delay } from "node:timers/promises";
import type { Latchkey } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { metricsOf, residentMib, sumOf } from "../../load/process.ts";
import { PlainConnection, Paced } from "../../load/paced.ts";
import { until } from "../../load/until.ts";

const CALLS_A_SECOND = 300;
const LANES = 8;
/** What the process keeps for a reader that is behind. */
const KEPT_BYTES = 4 * 1024 * 1024;
const PATIENCE_MS = 20_000;
/** An id as long as a proxy may choose it, so that lines are long. */
const LONG = { "x-request-id": "i".repeat(64), "x-forwarded-for": "2001:db8:85a3:1:1:8a2e:370:73" };

const dropped = async (server: Latchkey): Promise<number> =>
  sumOf(await metricsOf(server), "latchkey_log_lines_dropped_total");

/** Fills what waits for the reader, until lines are dropped. */
async function fill(server: Latchkey): Promise<void> {
  const connections = Array.from({ length: LANES }, () => new PlainConnection(server.url));
  const end = performance.now() + PATIENCE_MS;
  while ((await dropped(server)) === 0 && performance.now() < end)
    await Promise.all(
      connections.map(async (connection) => {
        for (let count = 0; count < 200; count++)
          await connection.send({ path: "/healthz", headers: LONG });
      }),
    );
  for (const connection of connections) connection.close();
}

/** Calls for a while, also by HTTP requests that are logged; returns what failed. */
async function load(server: Latchkey, ms: number): Promise<number> {
  const steady = new Paced(
    Array.from({ length: LANES }, () => {
      const connection = new PlainConnection(server.url);
      return {
        kind: "HTTP/1.1",
        async call() {
          const { status } = await connection.send({ path: "/healthz", headers: LONG });
          if (status !== 200) throw new Error(`HTTP ${status}`);
        },
        close: () => connection.close(),
      };
    }),
    CALLS_A_SECOND,
  );
  await delay(ms);
  return (await steady.stop()).filter(({ problem }) => problem !== "").length;
}

async function measureUnread({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, 1, {
    LOG_LEVEL: "debug",
    TRUSTED_PROXIES: "127.0.0.1",
  });
  const [server] = fleet.servers;
  try {
    const { token } = await fleet.newUser();
    const bystanders = await Bystanders.start({ url: server!.url, token, client: fleet.client });
    // A process that has just started is slower.
    await load(server!, 1_000);
    const usual = { from: Date.now(), failed: await load(server!, amount * 500), to: Date.now() };
    const before = residentMib(server!.pid);
    server!.stderr.pause();
    const begin = performance.now();
    await fill(server!);
    say(`lines are dropped after ${Math.round(performance.now() - begin)} ms`);
    const full = { from: Date.now(), failed: await load(server!, amount * 1_000), to: Date.now() };
    const most = residentMib(server!.pid);
    const lost = await dropped(server!);
    server!.stderr.resume();
    const mark = `read-again-${Date.now()}`;
    const connection = new PlainConnection(server!.url);
    await until(
      async () => {
        await connection.send({ path: "/healthz", headers: { "x-request-id": mark } });
        return server!.output.stderr.includes(mark);
      },
      PATIENCE_MS,
      "the log is read again",
    );
    connection.close();
    const calls = await bystanders.stop();
    const [quiet, unread] = [usual, full].map(({ from, to }) => seenBetween(calls, from, to));
    const broken = server!.output.stderr.split("\n").slice(0, -1).filter(isBroken).length;
    return [
      atLeast("lines dropped and counted", lost, 1),
      exactly("lines that are not whole", broken, 0),
      exactly("requests that failed", full.failed + unread!.failed, 0),
      timed(
        atMost(
          `p99 of others (${unread!.p99.toFixed(1)} to ${quiet!.p99.toFixed(1)} ms), times`,
          unread!.p99 / quiet!.p99,
          2,
        ),
      ),
      timed(atMost("longest wait for /healthz", unread!.longestHealth, 100, "ms")),
      atMost("more resident memory", most - before, 16 + KEPT_BYTES / 2 ** 20, "MiB"),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Returns whether a line is no JSON object. */
function isBroken(line: string): boolean {
  try {
    return typeof JSON.parse(line) !== "object";
  } catch {
    return true;
  }
}

export const UNREAD_LOG: readonly Check[] = [
  {
    id: "R-38",
    title: "the reader of the log stops reading",
    how:
      `LOG_LEVEL=debug and ${CALLS_A_SECOND} logged calls a second. The reader stops; when the ` +
      "4 MiB that the process keeps are full, calls go on for the time that is said, and are " +
      "compared with the time before.",
    engines: ["SQLite"],
    amounts: { quick: 3, full: 30 },
    unit: "s without a reader",
    measure: measureUnread,
  },
];
