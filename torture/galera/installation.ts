// Latchkey on a cluster: one process for each node, or processes that know every node.
import { type Latchkey, type Installation, installOn } from "../../test/process/latchkey.ts";
import type { GaleraCluster } from "./cluster.ts";

export const PASSWORD = "correct horse battery staple";

/** The answer to a call by REST. */
export interface RestAnswer {
  /** 0 when no answer came. */
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Calls a server by REST; a connection that fails is an answer with status 0. */
export async function call(
  url: string,
  method: string,
  path: string,
  { token, body, seconds = 30 }: { token?: string; body?: unknown; seconds?: number } = {},
): Promise<RestAnswer> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        "content-type": "application/json",
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(seconds * 1_000),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) };
  } catch {
    return { status: 0, body: {} };
  }
}

/** An installation of several processes on one cluster. */
export interface ClusterInstallation {
  readonly processes: readonly Latchkey[];
  /** An administrator's access token. */
  readonly token: string;
  /** Lets a process issue an access token to the administrator's client. */
  newToken(url: string): Promise<{ readonly status: number; readonly token: string }>;
  /** Makes users who can sign in with `PASSWORD`, and returns their addresses and ids. */
  users(count: number): Promise<{ id: string; email: string }[]>;
  stop(): Promise<void>;
}

interface InstallationOptions {
  /** The URL of the database for each process. */
  readonly urls: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Makes a database on the cluster and starts a process for each URL, one after the other. */
export async function installOnCluster(
  cluster: GaleraCluster,
  database: string,
  { urls, settings = {} }: InstallationOptions,
): Promise<ClusterInstallation> {
  await cluster.nodes[0]!.run(`create database ${database}`);
  const first: Installation = installOn(cluster.nodes[0]!.urlOf(database), async () => {});
  const common = { LOG_LEVEL: "warn", SIGN_IN_NETWORK_FAILURES: "100000", ...settings };
  const processes: Latchkey[] = [];
  for (const url of urls) processes.push(await first.start({ ...common, DATABASE_URL: url }));
  const { id, secret } = await first.administrator();
  const newToken = async (url: string): Promise<{ status: number; token: string }> => {
    try {
      const answer = await fetch(`${url}/oauth2/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: id,
          client_secret: secret,
        }),
        signal: AbortSignal.timeout(30_000),
      });
      const { access_token: issued = "" } = (await answer.json()) as { access_token?: string };
      return { status: answer.status, token: issued };
    } catch {
      return { status: 0, token: "" };
    }
  };
  const { token } = await newToken(processes[0]!.url);
  let made = 0;
  return {
    processes,
    token,
    newToken,
    async users(count) {
      const users: { id: string; email: string }[] = [];
      while (users.length < count) {
        const email = `user${++made}@${database}.example.com`;
        const { status, body } = await call(processes[0]!.url, "POST", "/v1/users", {
          token,
          body: { email, password: PASSWORD },
        });
        if (status !== 200) throw new Error(`no user: ${status} ${JSON.stringify(body)}`);
        users.push({ id: (body["user"] as { id: string }).id, email });
      }
      return users;
    },
    async stop() {
      await Promise.all(processes.map((each) => each.stop("SIGKILL")));
    },
  };
}
