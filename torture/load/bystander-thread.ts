// The thread of the bystanders: what the check does can't delay what is measured here.
import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as requestSecurely } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { BystanderCall, BystanderOrders } from "./bystanders.ts";

const { url, token, client, pauseMs } = workerData as BystanderOrders;
const isSecure = url.startsWith("https:");
const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`;

/** What each call of a turn asks for. */
const ASKED = {
  health: { method: "GET", path: "/healthz", headers: {}, body: "" },
  user: {
    method: "GET",
    path: "/v1/users/me",
    headers: { authorization: `Bearer ${token}` },
    body: "",
  },
  introspection: {
    method: "POST",
    path: "/oauth2/introspect",
    headers: { authorization: basic, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ token }).toString(),
  },
} as const;

/** How long a call may take before it counts as failed, in milliseconds. */
const PATIENCE_MS = 20_000;

/** Sends a call; 0 is the status of one without an answer. */
function send(agent: Agent, { method, path, headers, body }: (typeof ASKED)["user"]) {
  return new Promise<number>((resolve) => {
    const call = (isSecure ? requestSecurely : request)(
      url + path,
      { method, headers, agent, timeout: PATIENCE_MS },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
        response.on("error", () => resolve(0));
      },
    );
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(0));
    call.end(body);
  });
}

let isOver = false;
parentPort!.on("message", () => (isOver = true));

/** Calls one thing again and again. */
async function ask(kind: BystanderCall["kind"]): Promise<readonly BystanderCall[]> {
  const calls: BystanderCall[] = [];
  // One of its own: a call that hangs must not keep `/healthz` waiting for a connection.
  const one = { keepAlive: true, maxSockets: 1 };
  // The certificate of a server under a check is its own.
  const agent = isSecure ? new SecureAgent({ ...one, rejectUnauthorized: false }) : new Agent(one);
  while (!isOver) {
    const at = Date.now();
    const begin = performance.now();
    const status = await send(agent, ASKED[kind] as (typeof ASKED)["user"]);
    calls.push({ kind, at, took: performance.now() - begin, status });
    await delay(pauseMs);
  }
  agent.destroy();
  return calls;
}

const kinds = Object.keys(ASKED) as BystanderCall["kind"][];
const calls = (await Promise.all(kinds.map(ask))).flat();
parentPort!.postMessage(calls);
parentPort!.close();
