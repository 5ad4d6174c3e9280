// more passwords than can be hashed, by many networks or by one.
import { availableParallelism } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { capacityOf, type Flooded, MANY, measureFlood } from "../../../bench/overload/measure.ts";
import type { Outcome } from "../../../bench/overload/stream.ts";
import { makeSubjects, type Subjects } from "../../../bench/overload/subjects.ts";
import { signIn } from "../../../bench/overload/floods.ts";
import { PASSWORD } from "../../../bench/contenders/contender.ts";
import { quantile } from "../../../bench/measure/statistics.ts";
import { createGrpcJsTransport } from "../../../test/clients/grpc-js.ts";
import { refusalOf } from "../../../test/clients/refusal.ts";
import { clientToken } from "../../../test/oauth/flow.ts";
import { apiOf } from "../../../test/use-server.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { hashesOf, residentMib } from "../../load/process.ts";
import { type Given, withServer } from "./given.ts";

const KIB = 1024;
const MOST_TIMES = 10;
const CAPACITY_SECONDS = 10;

const p99 = (outcomes: readonly Outcome[]): number =>
  outcomes.length === 0
    ? 0
    : quantile(
        outcomes.map(({ milliseconds }) => milliseconds),
        0.99,
      );

const percent = (part: number, whole: number): number => (whole === 0 ? 100 : (100 * part) / whole);

const subjectsOf = async ({ server, installation }: Given): Promise<Subjects> => {
  const token = await clientToken(server.url, await installation.administrator());
  return makeSubjects(
    { url: server.url, resident: () => residentMib(server.pid) * KIB ** 2 },
    { authorization: `Bearer ${token}` },
  );
};

const goodputOf = ({ worked, right }: Flooded, seconds: number): number =>
  (worked.length + right.length) / seconds;

/** Answers to a flood that are neither done nor refused as documented. */
const otherwise = ({ flooded, worked, shed }: Flooded): number =>
  flooded.outcomes.length - worked.length - shed.filter(({ saysWhen }) => saysWhen).length;

const AT_ONCE = 60;
const DEADLINE_MS = 100;

/** Signs in over a connection of its own; returns the status. */
async function signInOnce(url: string, email: string, more: Record<string, string> = {}) {
  const { path, body = "", headers = {} } = signIn(email, PASSWORD);
  const response = await fetch(url + path, {
    method: "POST",
    headers: { ...headers, ...more },
    body: String(body),
  });
  await response.text();
  return response.status;
}

/** Sends more calls than can be done within their deadline; returns how many were hashed late. */
async function hashedLate(given: Given, { url, accounts }: Subjects): Promise<number> {
  const before = await hashesOf(given.server);
  const statuses = await Promise.all(
    Array.from({ length: AT_ONCE }, (_, index) =>
      signInOnce(url, accounts[index % accounts.length]!, { "grpc-timeout": `${DEADLINE_MS}m` }),
    ),
  );
  // What waited before it is gone when it has had its turn.
  while ((await signInOnce(url, accounts[0]!)) !== 200) await delay(DEADLINE_MS);
  const done = statuses.filter((status) => status === 200).length;
  return (await hashesOf(given.server)) - before - 1 - done;
}

/** How many sign in at once by gRPC: more than are hashed or may wait. */
const CROWD = 120;

/** Signs in by gRPC, all at once; returns how many were shed, and how many ended otherwise. */
async function crowdByGrpc(
  { server }: Given,
  { accounts }: Subjects,
): Promise<{ readonly shed: number; readonly otherwise: number }> {
  const transport = createGrpcJsTransport(server.url);
  const { users } = apiOf(transport);
  const outcomes = await Promise.all(
    Array.from({ length: CROWD }, (_, index) => {
      const identifier = { case: "email", value: accounts[index % accounts.length]! } as const;
      return users.signIn({ identifier, password: PASSWORD }).then(
        () => "done",
        (error: unknown) => {
          const { code, retryAfter = 0 } = refusalOf(error);
          return code === "ResourceExhausted" && retryAfter > 0 ? "shed" : code;
        },
      );
    }),
  );
  transport.close();
  const shed = outcomes.filter((outcome) => outcome === "shed").length;
  return { shed, otherwise: outcomes.filter((each) => each !== "done").length - shed };
}

const measureOverload = ({ engine, amount: seconds, say }: Stage): Promise<readonly Figure[]> =>
  withServer(engine, async (given) => {
    const subjects = await subjectsOf(given);
    const capacity = await capacityOf(subjects, "right", Math.min(seconds, CAPACITY_SECONDS));
    let peak = capacity;
    let goodput = 0;
    const figures: Figure[] = [];
    const [cheapTimes, sums]: [Outcome[], Record<"wrong" | "cheap" | "resident", number>] = [
      [],
      { wrong: 0, cheap: 0, resident: 0 },
    ];
    for (const times of [1, 2, MOST_TIMES]) {
      const offer = { flood: "right", networks: "many", capacity, times, seconds } as const;
      const flooded = await measureFlood(subjects, offer);
      goodput = goodputOf(flooded, seconds);
      peak = Math.max(peak, goodput);
      say(
        `${times} x ${capacity.toFixed(0)} a second: ${goodput.toFixed(1)} done, ` +
          `${(flooded.shed.length / seconds).toFixed(0)} shed; ` +
          `the sender was ${flooded.senderLag.toFixed(0)} ms late itself`,
      );
      cheapTimes.push(...flooded.cheap);
      sums.wrong += otherwise(flooded);
      sums.cheap += flooded.asked.outcomes.length + flooded.asked.unsent - flooded.cheap.length;
      sums.resident = Math.max(sums.resident, flooded.resident);
      const accepted = p99([...flooded.worked, ...flooded.right]) / 1000;
      figures.push(
        timed(atMost(`${times} × the capacity: accepted, p99`, accepted, 1, "s")),
        timed(atMost(`${times} × the capacity: shed, p99`, p99(flooded.shed), 50, "ms")),
      );
    }
    const crowd = await crowdByGrpc(given, subjects);
    return [
      ...figures,
      timed(atLeast(`done at ${MOST_TIMES} ×, of the peak`, percent(goodput, peak), 80, "%")),
      exactly("neither done nor 429 with Retry-After", sums.wrong, 0),
      exactly("gRPC: neither done nor RESOURCE_EXHAUSTED", crowd.otherwise, 0),
      atLeast(`gRPC: shed of ${CROWD} at once`, crowd.shed, 1),
      timed(atMost("cheap calls, p99", p99(cheapTimes), 100, "ms")),
      timed(exactly("cheap calls that were not answered", sums.cheap, 0)),
      atMost("resident memory", sums.resident / KIB ** 2, 400, "MiB"),
      timed(
        atMost(
          "hashed for callers whose deadline was over",
          await hashedLate(given, subjects),
          availableParallelism(),
        ),
      ),
      exactly("processes that ended", await given.ended(), 0),
    ];
  });

const measureFairness = ({ engine, amount: seconds, say }: Stage): Promise<readonly Figure[]> =>
  withServer(engine, async (given) => {
    const subjects = await subjectsOf(given);
    const capacity = await capacityOf(subjects, "right", Math.min(seconds, CAPACITY_SECONDS));
    const offer = { networks: "one", capacity, times: MOST_TIMES, seconds } as const;
    const figures: Figure[] = [];
    for (const flood of ["right", "wrong"] as const) {
      const { signedIn, right, flooded } = await measureFlood(subjects, { flood, ...offer });
      const asked = signedIn.outcomes.length + signedIn.unsent;
      say(`${flood}: ${flooded.outcomes.length} of one address, ${asked} of others`);
      figures.push(
        timed(
          atLeast(`${flood} passwords: others signed in`, percent(right.length, asked), 95, "%"),
        ),
        timed(atMost(`${flood} passwords: others, p99`, p99(right) / 1000, 1, "s")),
      );
    }
    return [...figures, exactly("processes that ended", await given.ended(), 0)];
  });

export const OVERLOAD: readonly Check[] = [
  {
    id: "R-20",
    title: "more passwords than can be hashed",
    how:
      "What the server can do is measured first; then it is offered 1, 2 and 10 times as many " +
      `sign-ins by ${MANY} networks, with 20 cheap calls a second. At last ${CROWD} sign in at ` +
      `once by gRPC, and ${AT_ONCE} have ${DEADLINE_MS} ms: the metric of hashes says how many ` +
      "were done in vain.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 5, full: 60 },
    fullOn: { MariaDB: 20 },
    unit: "seconds each",
    measure: measureOverload,
  },
  {
    id: "R-21",
    title: "one address floods the sign-in",
    how:
      "One address sends 10 times what the server can do, with right passwords and then with " +
      "wrong ones. Meanwhile users at 8 addresses, where they have signed in before, ask for a " +
      "twentieth of the capacity.",
    engines: ["SQLite", "MariaDB"],
    amounts: { full: 30 },
    fullOn: { MariaDB: 15 },
    unit: "seconds each",
    measure: measureFairness,
  },
];
