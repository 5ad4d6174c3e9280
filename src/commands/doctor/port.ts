// The port: whether it can be had, or who has it.
import { once } from "node:events";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { createServer } from "node:net";
import { json } from "node:stream/consumers";
import type { Config } from "../../config.ts";
import { causes, type Finding, subject } from "./finding.ts";

const ANSWER_MS = 2_000;
const { ok, fail } = subject("port");

export async function port({ host, port: number, tls }: Config): Promise<Finding> {
  if (number === 0) return ok("any free one");
  const at = `${host}:${number}`;
  const refused = await listenOnce(host, number);
  if (refused === undefined) return ok(`${at} is free`);
  if (refused.code === "EADDRINUSE") {
    return (await isLatchkey(host, number, tls !== undefined)) ? ok(`${at} is a Latchkey's, which is alive`) : fail(`${at} is another program's`, `stop it, or set PORT; who it is: ss -ltnp 'sport = :${number}'`);
  }
  if (refused.code === "EACCES") return fail(`${at} is not for this user`, "set PORT to 1024 or above and put a proxy before it, or give the process CAP_NET_BIND_SERVICE");
  return fail(`${at} can't be listened on: ${causes(refused)}`, "set HOST to an address of this machine");
}

/** Why it can't be listened on; let go again at once. */
async function listenOnce(host: string, number: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  try {
    await once(server.listen(number, host), "listening");
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  } finally {
    server.close();
  }
}

/** Asks as a load balancer would; whose certificate it is doesn't matter here. */
async function isLatchkey(host: string, number: number, secure: boolean): Promise<boolean> {
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const options = { host: name, port: number, path: "/healthz", timeout: ANSWER_MS, agent: false };
  const call = secure ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options);
  call.once("timeout", () => call.destroy());
  try {
    const [response] = await once(call.end(), "response");
    return ((await json(response)) as { status?: unknown } | null)?.status === "ok";
  } catch {
    return false;
  }
}
