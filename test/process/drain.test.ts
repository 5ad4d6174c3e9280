// A server that shuts down completes the calls under way and accepts no new connections.
import { createClient } from "@connectrpc/connect";
import { once } from "node:events";
import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../gen/grpc/health/v1/health_pb.ts";
import { createGrpcJsTransport } from "../clients/grpc-js.ts";
import { openWays, WAYS } from "../clients/ways.ts";
import { clientToken } from "../oauth/flow.ts";
import { apiOf } from "../use-server.ts";
import { type Installation, install, type Latchkey } from "./latchkey.ts";

let installation: Installation;
let server: Latchkey;
let open: { destroy(): void }[] = [];

const begin = async (drainSeconds = "5"): Promise<void> => {
  installation = await install("sqlite");
  server = await installation.start({ HASH_LANES: "1", DRAIN_SECONDS: drainSeconds });
};
afterEach(async () => {
  for (const each of open) each.destroy();
  open = [];
  await server.stop("SIGKILL");
  await installation.remove();
});

const BODY = JSON.stringify({ username: "nobody", password: "x".repeat(100) });
const HALF = BODY.length / 2;

/** A request of HTTP/1.1 whose body lacks its second half. */
async function half1(): Promise<{ socket: Socket; answer: Promise<string> }> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  open.push(socket);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  socket.write(
    `POST /v1/sessions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: ` +
      `application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY.slice(0, HALF)}`,
  );
  return { socket, answer: once(socket, "close").then(() => text) };
}

/** The same over HTTP/2, in a session that notes the GOAWAY. */
async function half2(): Promise<{
  session: ClientHttp2Session;
  finish(): Promise<number>;
  goaway: Promise<unknown>;
}> {
  const session = connectHttp2(server.url);
  open.push(session);
  const goaway = once(session, "goaway").then(([code]) => code as unknown);
  const stream = session.request({
    ":method": "POST",
    ":path": "/v1/sessions",
    "content-type": "application/json",
  });
  stream.write(BODY.slice(0, HALF));
  const response = once(stream, "response");
  stream.resume();
  return {
    session,
    goaway,
    finish: async () => {
      stream.end(BODY.slice(HALF));
      return ((await response)[0] as { ":status": number })[":status"];
    },
  };
}

test(
  "SIGTERM finishes what is under way over both versions of HTTP, with GOAWAY and " +
    "connection: close, and exits with 0",
  async () => {
    await begin();
    const [one, two] = [await half1(), await half2()];
    const { hostname, port } = new URL(server.url);
    const idle = connect(Number(port), hostname);
    const idleEnd = once(idle, "close");
    await fetch(`${server.url}/healthz`); // so that all of the above has arrived
    process.kill(server.pid, "SIGTERM");
    expect(await two.goaway).toBe(0);
    await idleEnd;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    expect(await two.finish()).toBe(401);
    one.socket.write(BODY.slice(HALF));
    const answer = await one.answer;
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    expect(await server.end).toEqual({ code: 0, signal: null });
    expect(server.output.stderr).toContain('"msg":"ended"');
  },
);

test("a health Watch hears NOT_SERVING before it ends", async () => {
  await begin();
  const transport = createGrpcJsTransport(server.url);
  open.push({ destroy: () => transport.close() });
  const seen: Status[] = [];
  const watching = (async () => {
    for await (const { status } of createClient(Health, transport).watch({})) {
      seen.push(status);
      if (status === Status.SERVING) process.kill(server.pid, "SIGTERM");
    }
  })();
  await watching.catch(() => undefined);
  expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING]);
  expect((await server.end).code).toBe(0);
});

test("under load, no call that was let in fails", async () => {
  await begin();
  const ways = openWays(server.url);
  open.push({ destroy: () => ways.close() });
  const token = await clientToken(server.url, await installation.administrator());
  const used = WAYS.filter((way) => !way.includes("GET"));
  const email = "user@example.com";
  await apiOf(ways.transports.REST, token).users.createUser({ email, password: "correct horse" });
  // Opens every connection.
  await Promise.all(used.map((way) => apiOf(ways.transports[way], token).users.listUsers({})));
  const calls = used.map((way) =>
    apiOf(ways.transports[way])
      .users.signIn({ identifier: { case: "email", value: email }, password: "correct horse" })
      .then(() => "signed in", String),
  );
  expect(calls.length).toBeGreaterThan(5);
  // One lane, which has 15 places also on a slow machine, takes longer for so many passwords than
  // they need to arrive, which they have when the server has been round twice.
  await delay(60);
  for (let count = 0; count < 2; count++) await fetch(`${server.url}/healthz`);
  process.kill(server.pid, "SIGTERM");
  expect(new Set(await Promise.all(calls))).toEqual(new Set(["signed in"]));
  expect((await server.end).code).toBe(0);
});

test("calls that outlast the grace are cut off, and the exit is clean", async () => {
  await begin("1");
  const { answer } = await half1();
  await fetch(`${server.url}/healthz`);
  const { code } = await server.stop();
  expect([code, await answer]).toEqual([0, ""]);
});

test.each([
  ["SIGTERM", "SIGTERM"],
  ["SIGQUIT", "SIGTERM"],
  ["SIGINT", "SIGINT"],
] as const)("%s and %s a moment later drain once", async (first, second) => {
  await begin();
  const { socket, answer } = await half1();
  await fetch(`${server.url}/healthz`);
  process.kill(server.pid, first);
  await expect.poll(() => server.output.stderr).toContain('"draining"');
  for (const signal of [second, "SIGHUP", "SIGUSR2"] as const) process.kill(server.pid, signal);
  await expect.poll(() => server.output.stderr).toContain('"draining already"');
  socket.write(BODY.slice(HALF));
  expect(await answer).toMatch(/^HTTP\/1\.1 401 /);
  expect(await server.end).toEqual({ code: 0, signal: null });
});

test("a SIGINT of an operator who won't wait ends at once", async () => {
  await begin();
  await half1();
  await fetch(`${server.url}/healthz`);
  process.kill(server.pid, "SIGTERM");
  await expect.poll(() => server.output.stderr).toContain('"draining"');
  await delay(1_100);
  expect(await server.stop("SIGINT")).toEqual({ code: 130, signal: null });
});
