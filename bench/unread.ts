// What clients cost that read no answers: memory, and the time that others wait. Each way has a
// server of its own. Run: node bench/unread.ts
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { latchkeyProgram } from "./contenders/latchkey.ts";
import { type MeasuredProcess, startProcess } from "./measure/process.ts";

/** How long nothing is read. */
const UNREAD_MS = 5_000;
/** How long the process has to give memory back, once the clients are gone. */
const AFTER_MS = 5_000;
const PROBE_MS = 50;

/** Opens connections; answers what closes them. */
type Opening = (url: URL) => Promise<() => void>;

/** Sends many requests at once on one connection, and reads nothing. */
const pipelined =
  (path: string, count: number): Opening =>
  async ({ hostname, port }) => {
    const socket = connect(Number(port), hostname).pause();
    socket.on("error", () => undefined);
    await once(socket, "connect");
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`.repeat(count));
    return () => socket.destroy();
  };

/** Opens many streams on one connection, and lets no answer through. */
const windowless =
  (path: string, count: number): Opening =>
  async (url) => {
    const session = connectHttp2(url, { settings: { initialWindowSize: 0 } });
    session.on("error", () => undefined);
    await once(session, "connect");
    for (let made = 0; made < count; made++)
      session.request({ ":path": path }).on("error", () => undefined);
    return () => session.destroy();
  };

const times = (count: number, opening: Opening): Opening[] => Array<Opening>(count).fill(opening);

const WAYS: Readonly<Record<string, readonly Opening[]>> = {
  "1 × 1,600 pipelined /openapi.json": times(1, pipelined("/openapi.json", 1_600)),
  "3 × 1,600 pipelined /openapi.json": times(3, pipelined("/openapi.json", 1_600)),
  "100 × 2,000 pipelined /sign-in": times(100, pipelined("/sign-in", 2_000)),
  "12 × 100 streams of /openapi.json": times(12, windowless("/openapi.json", 100)),
  "12 × 100 streams of /sign-in": times(12, windowless("/sign-in", 100)),
  "3 × 1,600 pipelined and 12 × 100 streams of /openapi.json": [
    ...times(3, pipelined("/openapi.json", 1_600)),
    ...times(12, windowless("/openapi.json", 100)),
  ],
};

const mebibytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

/**
 * Asks for `/healthz` again and again until the time is over; answers how long each took, and the
 * most memory between.
 */
async function probe(server: MeasuredProcess): Promise<{ waits: readonly number[]; peak: number }> {
  const waits: number[] = [];
  let peak = 0;
  for (const end = performance.now() + UNREAD_MS; performance.now() < end; await delay(PROBE_MS)) {
    const begun = performance.now();
    await (await fetch(`${server.said}/healthz`)).text();
    waits.push(performance.now() - begun);
    peak = Math.max(peak, (await server.usage()).resident);
  }
  return { waits: waits.sort((a, b) => a - b), peak };
}

async function measure(name: string, openings: readonly Opening[], dataDir: string): Promise<void> {
  const server = await startProcess(latchkeyProgram({ dataDir }));
  try {
    const url = server.said;
    // What is made at the first request is no one's fault.
    for (const path of ["/openapi.json", "/sign-in", "/healthz"])
      await (await fetch(url + path)).text();
    await delay(1_000);
    const before = await server.usage();
    const closings = await Promise.all(openings.map((open) => open(new URL(url))));
    const { waits, peak } = await probe(server);
    closings.forEach((close) => close());
    await delay(AFTER_MS);
    const after = await server.usage();
    const wait = (share: number): string =>
      `${waits[Math.floor(share * (waits.length - 1))]!.toFixed(1)} ms`;
    console.log(
      `${name}\n  resident ${mebibytes(before.resident)}, at most ${mebibytes(peak)} (+` +
        `${mebibytes(peak - before.resident)}), afterwards ${mebibytes(after.resident)}; ` +
        `/healthz ${waits.length} times: median ${wait(0.5)}, longest ${wait(1)}`,
    );
  } finally {
    await server.stop("SIGKILL");
  }
}

const chosen = process.argv[2] ?? "";
const folder = await mkdtemp(join(tmpdir(), "latchkey-unread-"));
try {
  for (const [name, openings] of Object.entries(WAYS))
    if (name.includes(chosen)) await measure(name, openings, join(folder, String(Math.random())));
} finally {
  await rm(folder, { recursive: true });
}
