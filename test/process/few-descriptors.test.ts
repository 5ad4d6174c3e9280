// More connections than a process has descriptors: what it does for those that are open goes on.
import { existsSync } from "node:fs";
import { Agent, request } from "node:http";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installation, install, type Latchkey } from "./latchkey.ts";

const LIMIT = 200;
const CONNECTIONS = 300;

let installation: Installation;
let server: Latchkey;
beforeAll(async () => {
  installation = await install("sqlite");
  server = await installation.start({}, { under: ["prlimit", `--nofile=${LIMIT}:${LIMIT}`] });
});
afterAll(async () => {
  await server.stop("SIGKILL");
  await installation.remove();
});

/** Returns the status of a GET over an agent's connection. */
async function statusOf(agent: Agent, path: string): Promise<number> {
  const call = request(server.url + path, { agent }).end();
  const [response] = (await once(call, "response")) as [import("node:http").IncomingMessage];
  await once(response.resume(), "end");
  return response.statusCode ?? 0;
}

/** Opens a connection; returns it when it has been answered or closed. */
async function open(): Promise<Socket> {
  const { hostname, port, host } = new URL(server.url);
  const socket = connect(Number(port), hostname).on("error", () => undefined);
  socket.write(`GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  // A reset is an end as well.
  await Promise.race([once(socket, "data"), once(socket, "close")]).catch(() => undefined);
  return socket;
}

test("connections beyond the descriptors are closed, and the others are served", async () => {
  expect(existsSync("/proc/self/limits")).toBe(true);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  expect(await statusOf(agent, "/healthz")).toBe(200);
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, open));
  const kept = sockets.filter(({ destroyed, readableEnded }) => !destroyed && !readableEnded);
  expect(kept.length).toBeGreaterThanOrEqual(LIMIT / 2 - 10);
  expect(kept.length).toBeLessThanOrEqual(LIMIT / 2);
  // Parts that are loaded now need files.
  for (const path of ["/docs", "/sign-up", "/forgot-password", "/openapi.json", "/readyz"])
    expect([path, await statusOf(agent, path)]).toEqual([path, 200]);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await fetch(`${server.url}/healthz`)).status).toBe(200);
  agent.destroy();
});
