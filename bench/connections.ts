// What clients of HTTP/2 may do to a server, and what it costs: PINGs, calls that are cancelled,
// clients that leave. Everything is bounded: 5,000 calls and 2,500 connections, a minute or so. For
// floods: npm run torture -- --only R-14. Run: node bench/connections.ts, which starts a server of
// its own; or, for one in clear text that runs on this machine:
// node bench/connections.ts http://127.0.0.1:8080 <pid>
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { begin, data, headers, INITIAL_WINDOW_SIZE } from "../test/http/protocols/frames.ts";
import { latchkeyProgram } from "./contenders/latchkey.ts";
import { startProcess } from "./measure/process.ts";

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

async function openRaw({ url }: Target, bytes: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  socket.on("error", () => undefined);
  socket.write(bytes, "latin1");
  await once(socket, "data");
  return socket;
}

const LEAVING: Readonly<Record<string, string>> = {
  "an unfinished body":
    begin() + headers(1, { method: "POST", path: "/v1/sessions" }) + data(1, "half"),
  // No answer is taken.
  "an unread answer": begin([[INITIAL_WINDOW_SIZE, 0]]) + headers(1, { path: "/openapi.json" }),
  "an open health Watch":
    begin() +
    headers(1, {
      method: "POST",
      path: "/grpc.health.v1.Health/Watch",
      more: { "content-type": "application/grpc" },
    }) +
    data(1, "\0\0\0\0\0", true),
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
