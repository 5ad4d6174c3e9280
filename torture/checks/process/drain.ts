// a server is asked to end under load.
import { createClient, type Transport } from "@connectrpc/connect";
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "../../../gen/grpc/health/v1/health_pb.ts";
import type { Latchkey } from "../../../test/process/latchkey.ts";
import { apiOf } from "../../../test/use-server.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Fleet, type FleetUser } from "../../load/fleet.ts";
import { GRPC, grpcLane, NEVER_SENT, openGrpc, plainLane } from "../../load/lanes.ts";
import { PlainConnection, Paced, type PacedCall } from "../../load/paced.ts";

const CALLS_A_SECOND = 200;
/** How many connections of each kind take turns; each has less than 20 calls a second. */
const LANES = 6;
const IDLE_SESSIONS = 10;
const SIGN_INS = 16;
/** How long the load runs before the signal. */
const BEFORE_MS = 800;
/** An answer that leaves later than this after the signal says that the connection ends. */
const NOTICE_MS = 100;
/** The grace of the server whose request never ends. */
const SHORT_GRACE_S = 1;

/** What one drain has shown. */
interface Drained {
  readonly calls: readonly PacedCall[];
  readonly signalAt: number;
  /** Answers over HTTP/1.1 that came late and promised to keep the connection. */
  readonly promises: number;
  readonly closings: number;
  readonly failedSignIns: number;
  readonly goaways: number;
  /** From the signal, in milliseconds. */
  readonly unready: number;
  readonly notServing: number;
  readonly seconds: number;
  readonly code: number | null;
}

/** Returns when a Watch says NOT_SERVING, by Date.now(). */
async function watch(transport: Transport, onServing: () => void): Promise<number> {
  for await (const { status } of createClient(Health, transport).watch({})) {
    if (status === Status.SERVING) onServing();
    else if (status === Status.NOT_SERVING) return Date.now();
  }
  return Infinity;
}

/** Returns when `/readyz`, asked over an open connection, first says no, by Date.now(). */
async function unreadyAt(url: string, onReady: () => void): Promise<number> {
  const connection = new PlainConnection(url);
  for (;;) {
    const { status } = await connection.send({ path: "/readyz" }).catch(() => ({ status: 0 }));
    if (status !== 200) {
      connection.close();
      return Date.now();
    }
    onReady();
    await delay(5);
  }
}

async function drainOnce(fleet: Fleet, user: FleetUser): Promise<Drained> {
  const [server] = fleet.servers;
  const { url, pid, end } = server!;
  let signalAt = Infinity;
  let [promises, closings, goaways] = [0, 0, 0];
  const note = (isKept: boolean, beganAt: number): void => {
    if (isKept && beganAt > signalAt + NOTICE_MS) promises++;
    if (!isKept) closings++;
  };
  const lanes = Array.from({ length: LANES }, () => [
    plainLane(url, user.token, note),
    grpcLane("grpc-js", url, user.token),
    plainLane(url, user.token, note),
    grpcLane("Connect's gRPC", url, user.token),
  ]).flat();
  const sessions = Array.from({ length: IDLE_SESSIONS }, () => connectHttp2(url));
  await Promise.all(sessions.map((session) => once(session, "connect")));
  for (const session of sessions)
    session.on("error", () => undefined).on("goaway", (code) => (goaways += code === 0 ? 1 : 0));
  const watching = GRPC.map((kind) => openGrpc(kind, url));
  const serving = watching.map(() => Promise.withResolvers<void>());
  const notServing = watching.map(({ transport }, index) =>
    watch(transport, serving[index]!.resolve).catch(() => Infinity),
  );
  const ready = Promise.withResolvers<void>();
  const unready = unreadyAt(url, ready.resolve);
  await Promise.all([ready.promise, ...serving.map(({ promise }) => promise)]);

  const steady = new Paced(lanes, CALLS_A_SECOND);
  await delay(BEFORE_MS);
  const signIns = Array.from({ length: SIGN_INS }, (_, index) =>
    signInBy(watching[index % 2]!.transport, user),
  );
  // They have arrived, and wait for their turn to be hashed.
  await delay(60);
  for (let count = 0; count < 2; count++) await fetch(`${url}/healthz`);
  signalAt = Date.now();
  process.kill(pid, "SIGTERM");
  const { code } = await end;
  const seconds = (Date.now() - signalAt) / 1000;
  const calls = await steady.stop();
  const signedIn = await Promise.all(signIns);
  const notServingAt = Math.max(...(await Promise.all(notServing)));
  for (const session of sessions) session.destroy();
  for (const { close } of watching) close();
  return {
    calls,
    signalAt,
    promises,
    closings,
    goaways,
    failedSignIns: signedIn.filter((isRight) => !isRight).length,
    unready: (await unready) - signalAt,
    notServing: notServingAt - signalAt,
    seconds,
    code,
  };
}

const signInBy = (transport: Transport, { email, password }: FleetUser): Promise<boolean> =>
  apiOf(transport)
    .users.signIn({ identifier: { case: "email", value: email }, password })
    .then(
      () => true,
      () => false,
    );

/** A call that found no process at the port, or that its client hadn't sent when GOAWAY came. */
const isTurnedAway = ({ problem }: PacedCall): boolean =>
  new RegExp(`ECONNREFUSED|No connection established|${NEVER_SENT}`).test(problem);

/** A request whose body never ends; returns the function that ends its connection. */
async function endlessRequest({ url }: Latchkey): Promise<() => void> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).on("error", () => undefined);
  socket.write(
    `POST /v1/sessions HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
      "content-length: 100\r\n\r\n{",
  );
  await fetch(`${url}/healthz`);
  return () => socket.destroy();
}

/** Sends two signals, a second apart or more; returns the seconds from the other until the end. */
async function force(
  server: Latchkey,
  second: NodeJS.Signals,
): Promise<{ seconds: number; code: number | null }> {
  const close = await endlessRequest(server);
  process.kill(server.pid, "SIGTERM");
  const begin = performance.now();
  if (second === "SIGINT") {
    await delay(1_100);
    const at = performance.now();
    const { code } = await server.stop("SIGINT");
    close();
    return { seconds: (performance.now() - at) / 1000, code };
  }
  const { code } = await server.stop(second);
  close();
  return { seconds: (performance.now() - begin) / 1000, code };
}

async function measureForced({ engine }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  try {
    const [patient, short] = await Promise.all(
      ["30", String(SHORT_GRACE_S)].map((DRAIN_SECONDS) =>
        installation.start({ LOG_LEVEL: "warn", DRAIN_SECONDS }),
      ),
    );
    const [byInterrupt, byGrace] = await Promise.all([
      force(patient!, "SIGINT"),
      force(short!, "SIGTERM"),
    ]);
    return [
      timed(atMost("end after a second SIGINT", byInterrupt.seconds, 0.5, "s")),
      exactly("exit code after a second SIGINT", byInterrupt.code ?? -1, 130),
      timed(
        atMost(
          `end of a stuck request, DRAIN_SECONDS=${SHORT_GRACE_S}`,
          byGrace.seconds,
          SHORT_GRACE_S + 1,
          "s",
        ),
      ),
      exactly("exit code after DRAIN_SECONDS", byGrace.code ?? -1, 0),
    ];
  } finally {
    await installation.remove();
  }
}

async function measureDrains(stage: Stage): Promise<readonly Figure[]> {
  const { engine, amount, say } = stage;
  const drains: Drained[] = [];
  for (let round = 0; round < amount; round++) {
    const fleet = await Fleet.start(engine, 1, { HASH_LANES: "1" });
    try {
      drains.push(await drainOnce(fleet, await fleet.newUser()));
    } finally {
      await fleet.stop();
    }
    if (round % 5 === 4) say(`${round + 1} drains`);
  }
  const total = (of: (drained: Drained) => number): number =>
    drains.reduce((sum, drained) => sum + of(drained), 0);
  const most = (of: (drained: Drained) => number): number => Math.max(...drains.map(of));
  const failed = (isBefore: boolean) =>
    drains.flatMap(({ calls, signalAt }) =>
      calls.filter(
        (call) => call.at < signalAt === isBefore && call.problem !== "" && !isTurnedAway(call),
      ),
    );
  const [before, after] = [failed(true), failed(false)];
  for (const { kind, problem } of [...before, ...after].slice(0, 10)) say(`${kind}: ${problem}`);
  return [
    exactly("requests in flight that failed", before.length, 0),
    exactly(
      "sign-ins in flight that failed",
      total((each) => each.failedSignIns),
      0,
    ),
    exactly("later calls that failed on open connections", after.length, 0),
    atLeast(
      "calls",
      total(({ calls }) => calls.length),
      amount * 200,
    ),
    timed(
      atMost(
        "until /readyz says no",
        most((each) => each.unready),
        100,
        "ms",
      ),
    ),
    timed(
      atMost(
        "until each Watch says NOT_SERVING",
        most((each) => each.notServing),
        100,
        "ms",
      ),
    ),
    exactly(
      "HTTP/2 sessions with GOAWAY (NO_ERROR)",
      total((each) => each.goaways),
      amount * IDLE_SESSIONS,
    ),
    exactly(
      "HTTP/1.1 answers without Connection: close",
      total((each) => each.promises),
      0,
    ),
    atLeast(
      "HTTP/1.1 answers with Connection: close",
      total((each) => each.closings),
      amount,
    ),
    exactly("exits with another code than 0", drains.filter(({ code }) => code !== 0).length, 0),
    timed(
      atMost(
        "from SIGTERM until the exit",
        most((each) => each.seconds),
        10,
        "s",
      ),
    ),
    ...(await measureForced(stage)),
  ];
}

export const DRAIN: readonly Check[] = [
  {
    id: "R-11",
    title: "a server is asked to end under load",
    how:
      `SIGTERM under ${CALLS_A_SECOND} calls a second by HTTP/1.1, grpc-js and Connect's gRPC, ` +
      `with ${SIGN_INS} passwords waiting to be hashed, two health streams and ` +
      `${IDLE_SESSIONS} idle sessions of HTTP/2. Calls that find the port closed aren't counted, ` +
      "nor those of Connect's client that it took back itself because GOAWAY came before it had " +
      "written their HEADERS. " +
      "A request that never ends is ended by DRAIN_SECONDS or by a second SIGINT, not by a " +
      "second SIGTERM: a script and a service manager may both send one.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 1, full: 10 },
    unit: "drains",
    measure: measureDrains,
  },
];
