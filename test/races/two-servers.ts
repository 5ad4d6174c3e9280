// Two servers on one database, in processes of their own, and every way into both.
import { setTimeout as delay } from "node:timers/promises";
import type { Transport } from "@connectrpc/connect";
import { afterAll, beforeAll } from "vitest";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { clientToken, type Registered } from "../oauth/flow.ts";
import { type Installation, install, type Latchkey } from "../process/latchkey.ts";
import { type Api, apiOf, unique } from "../use-server.ts";

export interface TwoServers {
  readonly urls: readonly [string, string];
  /** The administrator's client. */
  readonly client: Registered;
  /**
   * Calls as the administrator by one way or another; the same number is the same way and server.
   */
  administrator(index: number): Api;
  /** Calls with a token, or none. */
  as(index: number, token?: string): Api;
  /** A new user who has not signed in. */
  newUser(): Promise<{ id: string; email: string; password: string }>;
}

const USED: readonly Way[] = [
  "grpc-js",
  "gRPC-Web, HTTP/1.1",
  "Connect, HTTP/1.1, JSON",
  "REST",
  "Connect, HTTP/2, protobuf, gzip",
];

/** Call it in a `describe`. */
export function useTwoServers(
  engine: "sqlite" | "mysql",
  environment: Readonly<Record<string, string>> = {},
): TwoServers {
  let installation: Installation | undefined;
  let servers: Latchkey[] = [];
  let ways: Ways[] = [];
  let given: { urls: [string, string]; client: Registered; token: string } | undefined;
  beforeAll(async () => {
    installation = await install(engine);
    // The second finds what the first has made.
    for (let count = 0; count < 2; count++)
      servers.push(
        await installation.start({
          LOG_LEVEL: "warn",
          SIGN_IN_NETWORK_FAILURES: "100000",
          ...environment,
        }),
      );
    const urls = servers.map(({ url }) => url) as [string, string];
    ways = urls.map(openWays);
    const client = await installation.administrator();
    given = { urls, client, token: await clientToken(urls[0], client) };
  });
  afterAll(async () => {
    for (const each of ways) each.close();
    await Promise.all(servers.map((server) => server.stop("SIGKILL")));
    await installation?.remove();
    [servers, ways] = [[], []];
  });
  const transport = (index: number): Transport =>
    ways[index % 2]!.transports[USED[index % USED.length]!]!;
  const as = (index: number, token?: string): Api => apiOf(transport(index), token);
  return {
    get urls() {
      return given!.urls;
    },
    get client() {
      return given!.client;
    },
    administrator: (index) => as(index, given!.token),
    as,
    async newUser() {
      const [email, password] = [`${unique()}@example.com`, "correct horse battery"];
      const { user } = await as(0, given!.token).users.createUser({ email, password });
      return { id: user!.id, email, password };
    },
  };
}

/** A busy machine has no room for all password hashes of a burst: then a client tries again. */
const NO_ROOM: ReadonlySet<string> = new Set(["OVERLOADED", "HTTP 429"]);

/** Does it so many times at once and counts what comes of it. */
export async function tally(
  count: number,
  attempt: (index: number) => Promise<string>,
): Promise<Record<string, number>> {
  const patiently = async (index: number): Promise<string> => {
    for (let tries = 1; ; tries++) {
      const outcome = await attempt(index);
      if (!NO_ROOM.has(outcome) || tries === 50) return outcome;
      await delay(100);
    }
  };
  const outcomes = await Promise.all(Array.from({ length: count }, (_, index) => patiently(index)));
  return outcomes.reduce<Record<string, number>>(
    (sums, outcome) => ({ ...sums, [outcome]: (sums[outcome] ?? 0) + 1 }),
    {},
  );
}
