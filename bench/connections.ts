// What clients of HTTP/2 can do to a server, and what it costs: PINGs, calls that are cancelled,
// floods, clients that leave. Everything is bounded: some 30,000 frames and 2,500 connections, a
// minute or so. Run: node bench/connections.ts, which starts a server of its own; or, for one in
// clear text that runs on this machine: node bench/connections.ts http://127.0.0.1:8080 <pid>
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { latchkeyProgram } from "./contenders/latchkey.ts";
import { startProcess } from "./measure/process.ts";
import { quantile } from "./measure/statistics.ts";

interface Target {
  readonly url: string;
  readonly pid: number;
}

const say = (what: string, figures: string): void => console.log(`${what.padEnd(58)}${figures}`);

/** What the kernel says of the server: its open descriptors, and its memory in MiB. */
const stateOf = ({ pid }: Target): { descriptors: number; resident: number } => ({
  descriptors: readdirSync(`/proc/${pid}/fd`).length,
  resident: Math.round(
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024,
  ),
});

/** A session of node's, and how it ended. */
function open({ url }: Target): { session: ClientHttp2Session; end: () => string } {
  const session = connectHttp2(url);
  let end = "the connection lives";
  session
    .on("error", () => undefined)
    .on("goaway", (code, _, data) => (end = `GOAWAY ${code} ${String(data ?? "")}`));
  return { session, end: () => end };
}

/** One call of the health service; the status of gRPC, empty when it was cancelled or lost. */
function check(session: ClientHttp2Session, cancelAfter?: number): Promise<string> {
  return new Promise((resolve) => {
    if (session.destroyed) return resolve("");
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    });
    let status = "";
    stream.on("trailers", (trailers) => (status = String(trailers["grpc-status"])));
    stream
      .on("error", () => undefined)
      .on("close", () => resolve(status))
      .resume();
    stream.end(Buffer.alloc(5));
    if (cancelAfter !== undefined)
      setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), cancelAfter);
  });
}

async function measurePings(target: Target): Promise<void> {
  const { session, end } = open(target);
  let answered = 0;
  const caller = async (): Promise<void> => {
    for (let turn = 0; turn < 312 && !session.destroyed; turn++) {
      if ((await check(session)) === "0") answered++;
      if (!session.destroyed) session.ping(() => undefined);
    }
  };
  await Promise.all(Array.from({ length: 16 }, caller));
  say("4,992 calls, a PING after each", `${answered} answered; ${end()}`);
  session.destroy();
}

async function measureCancelled(target: Target, perSecond: number, afterMs: number): Promise<void> {
  const { session, end } = open(target);
  let [answered, cancelled, lost] = [0, 0, 0];
  const until = performance.now() + 5_000;
  const other = async (): Promise<void> => {
    while (performance.now() < until && !session.destroyed) {
      if ((await check(session)) === "0") answered++;
      else lost++;
      await delay(20);
    }
  };
  const begun = performance.now();
  const cancels = async (): Promise<void> => {
    while (performance.now() < until && !session.destroyed) {
      for (; cancelled < ((performance.now() - begun) / 1000) * perSecond; cancelled++)
        void check(session, afterMs);
      await delay(5);
    }
  };
  await Promise.all([cancels(), ...Array.from({ length: 4 }, other)]);
  say(
    `${perSecond} calls a second cancelled after ${afterMs} ms, for 5 s`,
    `${answered} of others answered, ${lost} lost; ${end()}`,
  );
  session.destroy();
}

const frame = (kind: number, flags: number, stream: number, payload = ""): Buffer => {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(kind, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, Buffer.from(payload, "latin1")]);
};
const literal = (name: string, value: string): string =>
  `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;
const request = (stream: number, method: string, path: string, ends: boolean): Buffer =>
  frame(
    1,
    ends ? 5 : 4,
    stream,
    literal(":method", method) +
      literal(":path", path) +
      literal(":scheme", "http") +
      literal(":authority", "localhost") +
      literal("content-type", "application/grpc"),
  );
const begin = (settings = ""): Buffer =>
  Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, settings)]);
/** INITIAL_WINDOW_SIZE 0: no answer is taken. */
const NO_WINDOW = "\0\x04\0\0\0\0";

async function openRaw({ url }: Target, bytes: Buffer): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on("error", () => undefined);
  socket.write(bytes);
  await once(socket, "data");
  return socket;
}

/** Sends 20,000 pieces, and meanwhile asks for /healthz on other connections. */
async function measureFlood(
  target: Target,
  name: string,
  piece: (index: number) => Buffer,
): Promise<void> {
  const socket = await openRaw(target, begin());
  const before = stateOf(target).resident;
  let [sent, received] = [0, Buffer.alloc(0)];
  socket.on("data", (data: Buffer) => (received = Buffer.concat([received, data])));
  const waits: number[] = [];
  const begun = performance.now();
  let over = false;
  const probing = (async () => {
    while (!over) {
      const at = performance.now();
      await (await fetch(`${target.url}/healthz`)).text();
      waits.push(performance.now() - at);
    }
  })();
  while (sent < 20_000 && !socket.destroyed && !socket.readableEnded) {
    socket.write(Buffer.concat(Array.from({ length: 100 }, (_, index) => piece(sent + index))));
    sent += 100;
    await delay(1);
  }
  await Promise.race([once(socket, "end").catch(() => undefined), delay(2_000)]);
  over = true;
  await probing;
  const why =
    /too_many_\w+/.exec(received.toString("latin1"))?.[0] ??
    (socket.readableEnded || socket.destroyed ? "closed" : "still open");
  say(
    `flood of ${name}`,
    `${why} after at most ${sent} and ${Math.round(performance.now() - begun)} ms; ` +
      `/healthz p99 ${quantile(waits, 0.99).toFixed(0)} ms; ` +
      `${stateOf(target).resident - before} MiB more`,
  );
  socket.destroy();
}

const LEAVING: Readonly<Record<string, Buffer>> = {
  "an unfinished body": Buffer.concat([
    begin(),
    request(1, "POST", "/v1/sessions", false),
    frame(0, 0, 1, "half"),
  ]),
  "an unread answer": Buffer.concat([begin(NO_WINDOW), request(1, "GET", "/openapi.json", true)]),
  "an open health Watch": Buffer.concat([
    begin(),
    request(1, "POST", "/grpc.health.v1.Health/Watch", false),
    frame(0, 1, 1, "\0\0\0\0\0"),
  ]),
};

async function measureLeaving(target: Target, state: string, resets: boolean): Promise<void> {
  const before = stateOf(target);
  const clients: Socket[] = [];
  while (clients.length < 400)
    clients.push(
      ...(await Promise.all(Array.from({ length: 50 }, () => openRaw(target, LEAVING[state]!)))),
    );
  const all = stateOf(target).descriptors - before.descriptors;
  const begun = performance.now();
  for (const client of clients) {
    if (resets) client.resetAndDestroy();
    else client.pause().end();
  }
  let left = all;
  while (left > 4 && performance.now() - begun < 30_000) {
    await delay(50);
    left = stateOf(target).descriptors - before.descriptors;
  }
  say(
    `400 clients with ${state} ${resets ? "reset" : "close"}`,
    `${Math.max(0, left)} of ${all} left after ` +
      `${((performance.now() - begun) / 1000).toFixed(1)} s; ` +
      `${stateOf(target).resident - before.resident} MiB more`,
  );
  clients.forEach((client) => client.destroy());
}

async function measureAll(target: Target): Promise<void> {
  await measurePings(target);
  for (const [perSecond, afterMs] of [
    [50, 2],
    [200, 2],
    [200, 30],
  ] as const)
    await measureCancelled(target, perSecond, afterMs);
  await measureFlood(target, "PING", () => frame(6, 0, 0, "12345678"));
  await measureFlood(target, "SETTINGS", () => frame(4, 0, 0));
  await measureFlood(target, "requests taken back at once", (index) =>
    Buffer.concat([
      request(2 * index + 1, "GET", "/v1/users/me", true),
      frame(3, 0, 2 * index + 1, "\0\0\0\x08"),
    ]),
  );
  for (const state of Object.keys(LEAVING))
    for (const resets of [false, true]) await measureLeaving(target, state, resets);
}

const [url, pid] = process.argv.slice(2);
if (url !== undefined) await measureAll({ url, pid: Number(pid) });
else {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-connections-"));
  const server = await startProcess(latchkeyProgram({ dataDir: folder }));
  try {
    await measureAll({ url: server.said, pid: server.pid });
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}
