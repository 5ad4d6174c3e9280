// code throws where no code of ours does.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { refusalOf } from "../../../test/clients/refusal.ts";
import { unique } from "../../../test/use-server.ts";
import { atLeast, type Check, exactly, type Figure, timed, atMost } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { metricsOf, sumOf } from "../../load/process.ts";
import { PlainConnection } from "../../load/paced.ts";
import { until } from "../../load/until.ts";

const INJECTED = join(import.meta.dirname, "faults.mjs");
const PATIENCE_MS = 5_000;
/** Every way of the fleet is used this often. */
const WAYS = 5;
const PASSWORD = "correct horse battery";
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** What one kind of fault has shown. */
interface Count {
  injected: number;
  /** Requests that failed otherwise than they must. */
  wrong: number;
}

/** Returns whether a call fails as one must whose handler has thrown: INTERNAL, with an id. */
const failsWithId = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => false,
    (error: unknown) => {
      const { reason, message } = refusalOf(error);
      return reason === "INTERNAL" && ID.test(message) && !message.includes("injected");
    },
  );

const succeeds = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );

/** What is asked of a request with the word, and what its answer must be. */
const KINDS: Readonly<Record<string, (fleet: Fleet) => Promise<boolean>>> = {
  "a throw in a handler": (fleet) => failsWithId(create(fleet, "torture-handler")),
  "a rejected promise in a handler": (fleet) =>
    failsWithId(create(fleet, "usual", `${PASSWORD} torture-promise`)),
  "a throw in a hook": (fleet) =>
    failsWithId(fleet.as(`lks_torture-hook-${unique()}`).users.listSessions({ userId: "me" })),
  "a throw in a timer": (fleet) => succeeds(create(fleet, "torture-timer")),
  "a throw in an immediate": (fleet) => succeeds(create(fleet, "torture-immediate")),
  "a rejection that nothing awaits": (fleet) => succeeds(create(fleet, "torture-rejection")),
  "a throw when the answer is over": async (fleet) => {
    const connection = new PlainConnection(fleet.url());
    const { status } = await connection.send({ path: "/healthz?torture-end" });
    connection.close();
    return status === 200;
  },
};

const create = (fleet: Fleet, word: string, password = PASSWORD): Promise<unknown> =>
  fleet.administrator.users.createUser({
    username: `${word} ${unique()}`,
    email: `${unique()}@example.com`,
    password,
  });

async function measureFaults({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, 1, { NODE_OPTIONS: `--import ${INJECTED}` });
  const [server] = fleet.servers;
  let isOver = false;
  void server!.end.then(() => (isOver = true));
  const counts = new Map(Object.keys(KINDS).map((kind) => [kind, { injected: 0, wrong: 0 }]));
  const faults = async (): Promise<number> =>
    sumOf(await metricsOf(server!), "latchkey_faults_total");
  try {
    const { token } = await fleet.newUser();
    const bystanders = await Bystanders.start({ url: server!.url, token, client: fleet.client });
    const from = Date.now();
    let injected = 0;
    for (let round = 0; round < amount * WAYS && !isOver; round++)
      for (const [kind, call] of Object.entries(KINDS)) {
        const count: Count = counts.get(kind)!;
        count.injected++;
        injected++;
        if (!(await call(fleet))) {
          if (count.wrong++ === 0) say(`${kind}: the answer is wrong in round ${round}`);
        }
      }
    await until(async () => (await faults()) >= injected, PATIENCE_MS, "counted").catch(() => 0);
    await delay(200);
    const counted = await faults();
    const logged = server!.output.stderr.split('"msg":"fault"').length - 1;
    const seen = seenBetween(await bystanders.stop(), from, Date.now());
    return [
      ...[...counts].map(([kind, { wrong }]) => exactly(`${kind}: wrong answers`, wrong, 0)),
      atLeast("faults injected", injected, amount * WAYS * counts.size),
      exactly("faults in the metrics, less those injected", counted - injected, 0),
      exactly("faults in the log, less those injected", logged - injected, 0),
      exactly("processes that have ended", isOver ? 1 : 0, 0),
      exactly("calls of others that failed", seen.failed, 0),
      timed(atMost("longest wait of others for /healthz", seen.longestHealth, 100, "ms")),
    ];
  } finally {
    await fleet.stop();
  }
}

export const LAST_RESORT: readonly Check[] = [
  {
    id: "R-39",
    title: "code throws where none should",
    how:
      "A module that `--import` loads into the delivered program throws in a handler, a hook, a " +
      "timer and a listener, and rejects promises, where a request asks for it. The request must " +
      "get INTERNAL with its id, or its usual answer where the fault is beside it.",
    engines: ["SQLite"],
    amounts: { quick: 4, full: 100 },
    unit: "rounds of each way",
    measure: measureFaults,
  },
];
