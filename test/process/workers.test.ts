// Several processes on one port: they count as one, one that dies takes nothing with it that was
// acknowledged, and all are replaced without a request lost.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { clientToken, type Registered } from "../oauth/flow.ts";
import { apiOf, unique } from "../use-server.ts";
import { type Installation, install, type Latchkey, run } from "./latchkey.ts";

const USED: readonly Way[] = ["grpc-js", "Connect's gRPC", "Connect, HTTP/1.1, JSON", "REST"];

let installation: Installation;
let server: Latchkey;
let ways: Ways;
let administrator: Registered;
let token: string;

/** Call it at the top of a `describe`. */
function useWorkers(engine: "sqlite" | "mysql", count: number): void {
  beforeAll(async () => {
    installation = await install(engine);
    server = await installation.start({ WORKERS: String(count), LOG_LEVEL: "warn" });
    ways = openWays(server.url);
    administrator = await installation.administrator();
    token = await clientToken(server.url, administrator);
  });
  afterAll(async () => {
    ways.close();
    await server.stop("SIGKILL");
    await installation.remove();
  });
}

const workers = (): number[] =>
  readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8")
    .split(" ")
    .filter(Boolean)
    .map(Number);

/** A number of all workers together. */
async function numberOf(name: string): Promise<number> {
  const text = await (await fetch(/metrics +(\S+)/.exec(server.output.stdout)![1]!)).text();
  return Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length + 1),
  );
}

/**
 * Asks so often at once, each time over a connection of its own, so that every worker gets some;
 * answers the statuses.
 */
const spread = (
  count: number,
  path: string,
  init: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<number[]> =>
  Promise.all(
    Array.from(
      { length: count },
      async () =>
        (
          await fetch(`${server.url}${path}`, {
            ...init,
            headers: { ...init.headers, connection: "close" },
          })
        ).status,
    ),
  );

/**
 * Whether the call may be made again, RFC 9113 section 8.7: node's client has taken the request,
 * and read GOAWAY before it sent it. grpc-js calls again by itself; Connect leaves that to its
 * caller.
 */
const mayBeRepeated = (error: unknown): boolean => String(error).includes("NGHTTP2_REFUSED_STREAM");

/** Does this again and again over every protocol; answers how many were done and what failed. */
async function underLoad(
  work: (way: Way) => Promise<unknown>,
  meanwhile: () => Promise<unknown>,
): Promise<{ done: number; failures: string[] }> {
  const result = { done: 0, failures: [] as string[] };
  let stopped = false;
  const loops = USED.map(async (way) => {
    while (!stopped) {
      await work(way)
        .catch((error: unknown) => (mayBeRepeated(error) ? work(way) : Promise.reject(error)))
        .then(
          () => result.done++,
          (error: unknown) => result.failures.push(`${way}: ${String(error)}`),
        );
      await delay(10);
    }
  });
  await meanwhile();
  stopped = true;
  await Promise.all(loops);
  return result;
}

const times = (count: number, status: number): number[] =>
  Array.from({ length: count }, () => status);

describe("four on SQLite", () => {
  useWorkers("sqlite", 4);

  test("share the work, and their numbers are one server's", async () => {
    expect(workers()).toHaveLength(4);
    await spread(8, "/readyz");
    expect([await numberOf("latchkey_workers"), await numberOf("latchkey_ready")]).toEqual([4, 1]);
    await expect
      .poll(() =>
        numberOf(
          'latchkey_requests_total{protocol="http",method="",' +
            'route="GET /readyz",status="200",reason=""}',
        ),
      )
      .toBe(8);
  });

  test("write at once, and no client learns that the database is busy", async () => {
    const credentials = `${administrator.id}:${administrator.secret}`;
    const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    const statuses = await spread(120, "/oauth2/token", {
      method: "POST",
      headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials",
    });
    expect(statuses).toEqual(times(120, 200));
  });

  test("count wrong passwords together", async () => {
    const email = `${unique()}@example.com`;
    await apiOf(ways.transports.REST, token).users.createUser({ email, password: "correct horse" });
    const statuses = await spread(16, "/v1/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "wrong horse" }),
    });
    expect(statuses.sort()).toEqual([...times(10, 401), ...times(6, 429)]);
  });

  test("lose nothing that was acknowledged when one is killed and replaced", async () => {
    const acknowledged: string[] = [];
    const register = async (way: Way): Promise<void> => {
      const username = unique();
      await apiOf(ways.transports[way], token).users.createUser({
        username,
        email: `${username}@example.com`,
        password: "correct horse",
      });
      acknowledged.push(username);
    };
    const [victim] = workers();
    await underLoad(register, async () => {
      await expect.poll(() => acknowledged.length).toBeGreaterThan(10);
      process.kill(victim!, "SIGKILL");
      await expect
        .poll(async () => [
          await numberOf("latchkey_workers_died_total"),
          await numberOf("latchkey_workers"),
        ])
        .toEqual([1, 4]);
    });
    expect(workers()).not.toContain(victim);
    const found = await Promise.all(
      acknowledged.map((username) =>
        apiOf(ways.transports.REST, token)
          .users.listUsers({ username })
          .then(({ users }) => users.length),
      ),
    );
    expect(found).toEqual(acknowledged.map(() => 1));
  });
});

describe("two on MariaDB", () => {
  useWorkers("mysql", 2);

  test("are all replaced at SIGUSR2 without a lost request, and no counter falls", async () => {
    const before = workers();
    const statements = await numberOf(
      'latchkey_store_statement_duration_seconds_count{statement="select"}',
    );
    const read = (way: Way): Promise<unknown> =>
      apiOf(ways.transports[way], token).users.listUsers({ pageSize: 1 });
    const { done, failures } = await underLoad(read, async () => {
      process.kill(server.pid, "SIGUSR2");
      await expect
        .poll(() => [workers().length, workers().filter((pid) => before.includes(pid)).length])
        .toEqual([2, 0]);
    });
    expect(failures).toEqual([]);
    expect(done).toBeGreaterThan(20);
    expect(
      await numberOf('latchkey_store_statement_duration_seconds_count{statement="select"}'),
    ).toBeGreaterThanOrEqual(statements + done);
  });

  test("end the first process when they can't start, with the reason", async () => {
    const { code, stderr } = await run(["serve"], {
      ...installation.environment,
      WORKERS: "2",
      PORT: new URL(server.url).port,
      METRICS_PORT: "off",
    });
    expect([code, stderr]).toEqual([1, expect.stringContaining("EADDRINUSE")]);
  });

  test("all end at a SIGTERM to the first process", async () => {
    const before = workers();
    expect(await server.stop()).toEqual({ code: 0, signal: null });
    for (const pid of before) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  });
});
