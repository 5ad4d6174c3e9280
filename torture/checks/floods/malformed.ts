// clients whose bytes are no HTTP.
import { setTimeout as delay } from "node:timers/promises";
import {
  begin,
  framesOf,
  headers,
  settingsAck,
  windowUpdate,
} from "../../../test/http/protocols/frames.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { heapAfterCollection, INSPECTED } from "../../load/inspector.ts";
import { metricsOf, residentMib, sumOf } from "../../load/process.ts";
import { http1Case } from "./http1-mutations.ts";
import { http2Case, MOST_WINDOW } from "./http2-mutations.ts";
import { type CaseEnd, sendCases } from "./send-case.ts";

const LANES = 16;
/** FLOW_CONTROL_ERROR, RFC 9113 section 7. */
const FLOW_CONTROL_ERROR = 3;
const MOST_GROWTH = 10;
const REST_MS = 30_000;

/** A window that grows beyond 2^31 - 1: that of the connection, or that of a stream. */
const overflow = (index: number): string =>
  begin() +
  settingsAck +
  headers(1, { method: "POST", path: "/v1/sessions" }) +
  windowUpdate(index % 2, MOST_WINDOW).repeat(2);

/** Whether an overflow was answered as RFC 9113 section 6.9.1 asks, for the stream or for all. */
const isRefused = ({ received }: CaseEnd): boolean =>
  framesOf(received).some(
    ({ kind, payload }) =>
      (kind === "GOAWAY" && payload.readUInt32BE(4) === FLOW_CONTROL_ERROR) ||
      (kind === "RST_STREAM" && payload.readUInt32BE(0) === FLOW_CONTROL_ERROR),
  );

async function measureMalformed({
  engine,
  amount,
  random,
  say,
}: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, 1, INSPECTED);
  try {
    const [server] = fleet.servers;
    const { url, pid, output } = server!;
    let isAlive = true;
    void server!.end.then(() => (isAlive = false));
    const { token } = await fleet.newUser();
    const bystanders = await Bystanders.start({ url, token, client: fleet.client }, 20);
    const from = Date.now();
    const next = (): string => (random() < 0.6 ? http2Case(random) : http1Case(random));
    const statuses: Record<string, number> = {};
    const count = ({ received, closed }: CaseEnd, text: string): void => {
      const status = /^HTTP\/1\.1 (\d)/.exec(received)?.[1];
      const version = text.startsWith("PRI") ? "HTTP/2" : "HTTP/1.1";
      const end = received === "" ? "no answer" : closed ? "closed" : "open";
      const kind = status === undefined ? `${version}, ${end}` : `${status}xx`;
      statuses[kind] = (statuses[kind] ?? 0) + 1;
      if (status === "5") say(`5xx for ${JSON.stringify(text.slice(0, 2_000))}`);
    };
    // What the first tenth makes the process compile and keep is no growth.
    await sendCases(url, { count: Math.ceil(amount / 10), lanes: LANES, next }, count);
    await delay(1_000);
    const before = residentMib(pid);
    await sendCases(url, { count: amount, lanes: LANES, next }, count);
    say(JSON.stringify(statuses));
    let refused = 0;
    const overflows = Math.ceil(amount / 5);
    await sendCases(
      url,
      { count: overflows, lanes: LANES, next: overflow, leaving: "ends" },
      (end) => (refused += Number(isRefused(end))),
    );
    const to = Date.now();
    const grown = (): number =>
      isAlive ? Math.max(0, (residentMib(pid) / before - 1) * 100) : Infinity;
    for (const until = to + REST_MS; grown() > MOST_GROWTH && Date.now() < until;) await delay(500);
    const growth = grown();
    const seen = seenBetween(await bystanders.stop(), from, to);
    if (isAlive) await heapAfterCollection(server!);
    const kept = grown();
    const faults = isAlive ? sumOf(await metricsOf(server!), "latchkey_faults_total") : Infinity;
    const errors = output.stderr.split("\n").filter((line) => line.includes('"level":"error"'));
    for (const line of errors.slice(0, 5)) say(line);
    return [
      exactly("crashes", Number(!isAlive), 0),
      exactly("errors in the log, unhandled rejections among them", errors.length, 0),
      exactly("faults by the metric", faults, 0),
      exactly("answers of 5xx over HTTP/1.1", statuses["5xx"] ?? 0, 0),
      exactly("windows that overflow and are not refused", overflows - refused, 0),
      atMost("memory beyond that of before, afterwards", growth, MOST_GROWTH, "%"),
      atMost("the same when garbage is collected", kept, MOST_GROWTH, "%"),
      exactly("others' calls that failed", seen.failed, 0),
      timed(atMost("others' p99 meanwhile", seen.p99, 250, "ms")),
    ];
  } finally {
    await fleet.stop();
  }
}

export const MALFORMED_HTTP: Check = {
  id: "R-15",
  title: "frames and requests that are none",
  how:
    "Sequences of HTTP/2 frames and requests of HTTP/1.1 with mistakes that a seed decides, each " +
    "on a connection of its own; then a fifth as many windows that overflow. V8 keeps room for " +
    "new objects while it has no reason to collect; its inspector gives it one in the end.",
  engines: ["SQLite"],
  aside: "in turn",
  amounts: { quick: 500, full: 10_000 },
  unit: "cases",
  measure: measureMalformed,
};
