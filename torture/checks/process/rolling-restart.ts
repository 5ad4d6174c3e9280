// two processes behind HAProxy are restarted, one after the other.
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../../../test/mariadb-server.ts";
import { createRestTransport } from "../../../test/clients/rest.ts";
import { clientToken } from "../../../test/oauth/flow.ts";
import type { Latchkey } from "../../../test/process/latchkey.ts";
import { apiOf, unique } from "../../../test/use-server.ts";
import { atLeast, type Check, exactly, type Figure, timed, atMost } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { startHttpHaproxy } from "../../load/haproxy.ts";
import { GRPC, grpcLane, plainLane, signInLane } from "../../load/lanes.ts";
import { Paced } from "../../load/paced.ts";
import { quantile } from "../../../bench/measure/statistics.ts";

const CALLS_A_SECOND = 100;
/** How many times each kind of lane is there; one of the last kind signs in. */
const LANES = 4;
/** Until HAProxy sends requests to a process that listens again. */
const BACK_MS = 1_200;
const PASSWORD = "correct horse battery";

/** The most that a restart may add to a request, in milliseconds; HAProxy connects again. */
const LONGEST_MS = 2_000;

async function measureRestarts({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const servers: Latchkey[] = [];
  const ports: [number, number] = [await freePort(), await freePort()];
  const start = (index: 0 | 1): Promise<Latchkey> =>
    installation.start({
      LOG_LEVEL: "warn",
      PORT: String(ports[index]),
      TRUSTED_PROXIES: "127.0.0.1",
      SIGN_IN_NETWORK_FAILURES: "1000000",
    });
  let stopHaproxy = async (): Promise<void> => undefined;
  try {
    servers.push(await start(0), await start(1));
    const client = await installation.administrator();
    const { url, stop } = await startHttpHaproxy(ports);
    stopHaproxy = stop;
    const administrator = apiOf(createRestTransport(url), await clientToken(url, client));
    const user = { email: `${unique()}@example.com`, password: PASSWORD };
    await administrator.users.createUser(user);
    const { accessToken: token } = await apiOf(createRestTransport(url)).users.signIn({
      identifier: { case: "email", value: user.email },
      password: PASSWORD,
    });
    const lanes = Array.from({ length: LANES }, (_, index) => [
      plainLane(url, token),
      grpcLane(GRPC[0], url, token),
      grpcLane(GRPC[1], url, token),
      index === 0 ? signInLane(url, user) : plainLane(url, token),
    ]).flat();
    const steady = new Paced(lanes, CALLS_A_SECOND);
    await delay(300);
    let badExits = 0;
    for (let restart = 0; restart < amount; restart++) {
      const index = restart % 2 === 0 ? 0 : 1;
      const { code } = await servers[index]!.stop();
      if (code !== 0) badExits++;
      servers[index] = await start(index);
      await delay(BACK_MS);
      if (restart % 5 === 4) say(`${restart + 1} restarts`);
    }
    const calls = await steady.stop();
    const failed = calls.filter(({ problem }) => problem !== "");
    for (const { kind, problem } of failed.slice(0, 10)) say(`${kind}: ${problem}`);
    const slow = calls.filter(({ took }) => took > LONGEST_MS);
    for (const { kind, took } of slow.slice(0, 10)) say(`${kind}: ${took.toFixed(0)} ms`);
    const kinds = [...new Set(lanes.map(({ kind }) => kind))];
    return [
      ...kinds.map((kind) =>
        exactly(
          `failed of ${calls.filter((call) => call.kind === kind).length} by ${kind}`,
          failed.filter((call) => call.kind === kind).length,
          0,
        ),
      ),
      atLeast("calls", calls.length, amount * CALLS_A_SECOND),
      exactly("exits with another code than 0", badExits, 0),
      timed(
        atMost(
          "longest call",
          quantile(
            calls.map(({ took }) => took),
            1,
          ),
          LONGEST_MS,
          "ms",
        ),
      ),
    ];
  } finally {
    await stopHaproxy();
    await Promise.all(servers.map((server) => server.stop("SIGKILL")));
    await installation.remove();
  }
}

export const ROLLING_RESTART: readonly Check[] = [
  {
    id: "R-12",
    title: "two processes behind HAProxy are restarted in turn",
    how:
      `${CALLS_A_SECOND} calls a second through deploy/haproxy-http.cfg by HTTP/1.1, grpc-js and ` +
      "Connect's gRPC; one of 16 is a sign-in. SIGTERM, the end, a new start, then the other " +
      "process. No client tries again; HAProxy itself connects again where nothing was sent.",
    engines: ["MariaDB"],
    amounts: { quick: 2, full: 10 },
    unit: "restarts",
    measure: measureRestarts,
  },
];
