import { once } from "node:events";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import type { Config } from "../../config/settings.ts";
import { errorMessage } from "../cli/output.ts";
import { type Finding, type Subject, subject } from "./finding.ts";

const ANSWER_MS = 2_000;
/** Checks the port of the API. */
export const port = ({ host, port: number, tls }: Config): Promise<Finding> =>
  look(subject("port"), {
    host,
    number,
    settings: ["HOST", "PORT"],
    isOurs: async () =>
      /"status":"ok"/.test(await ask(host, number, "/healthz", tls !== undefined)),
  });

/** Checks the port of the metrics. Unless METRICS_PORT is set, the server also runs without it. */
export async function metricsPort({ metrics }: Config): Promise<Finding> {
  const what = subject("metrics");
  if (metrics === undefined) return what.ok("none, as METRICS_PORT says");
  const { host, port: number, required } = metrics;
  return look(
    { ...what, fail: required ? what.fail : what.warn },
    {
      host,
      number,
      settings: ["METRICS_HOST", "METRICS_PORT"],
      isOurs: async () => /^latchkey_ready /m.test(await ask(host, number, "/metrics", false)),
    },
  );
}

interface Place {
  readonly host: string;
  readonly number: number;
  /** The settings of host and port. */
  readonly settings: readonly [host: string, port: string];
  /** Returns whether the program that listens there is a Latchkey. */
  isOurs(): Promise<boolean>;
}

async function look(
  { ok, fail }: Pick<Subject, "ok" | "fail">,
  { host, number, settings: [hostSetting, portSetting], isOurs }: Place,
): Promise<Finding> {
  const at = number === 0 ? `any port of ${host}` : `${host}:${number}`;
  const refused = await listenOnce(host, number);
  if (refused === undefined) return ok(`${at} is free`);
  if (refused.code === "EADDRINUSE") {
    return (await isOurs())
      ? ok(`${at} is a Latchkey's, which is alive`)
      : fail(
          `${at} is another program's`,
          `stop it, or set ${portSetting}; who it is: ss -ltnp 'sport = :${number}'`,
        );
  }
  if (refused.code === "EACCES")
    return fail(
      `${at} is not for this user`,
      `set ${portSetting} to 1024 or above and put a proxy before it, ` +
        "or give the process CAP_NET_BIND_SERVICE",
    );
  return fail(
    `${at} can't be listened on: ${errorMessage(refused)}`,
    `set ${hostSetting} to an address of this machine`,
  );
}

/** Listens for a moment; returns the error when that is impossible. */
async function listenOnce(
  host: string,
  number: number,
): Promise<NodeJS.ErrnoException | undefined> {
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

/** Gets a page as a load balancer would, with any certificate; empty when there is no response. */
async function ask(host: string, number: number, path: string, secure: boolean): Promise<string> {
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  const options = { host: name, port: number, path, timeout: ANSWER_MS, agent: false };
  const call = secure
    ? requestHttps({ ...options, rejectUnauthorized: false })
    : requestHttp(options);
  call.once("timeout", () => call.destroy());
  try {
    const [response] = await once(call.end(), "response");
    return await text(response);
  } catch {
    return "";
  }
}
