import type { Clock } from "../clock.ts";
import { DAY } from "../durations.ts";
import type { Store } from "../store.ts";
import { type ObservedOutcome, OUTCOMES } from "./observation.ts";
import { CIRCUIT_LIFETIME } from "./observations.ts";
import { type Obstacle, obstaclesOf, remainingOf } from "./obstacles.ts";
import type { CallCount, DifferenceCount, LatencyCount, Side } from "./observation-store.ts";
import type { Stage } from "./stage.ts";
import type { Stages } from "./stages.ts";

/** How far back latencies and unanswered calls count. */
const RECENT = 7 * DAY;

/** What has become of the calls of a route. */
export type RouteCounts = OutcomeCounts & {
  readonly route: string;
  readonly requests: number;
};

/** The counts of calls by what has become of them. */
type OutcomeCounts = Readonly<Record<ObservedOutcome, number>>;

/** How far an owner is with an API, in short. */
export interface PredecessorSummary {
  readonly api: string;
  readonly stage: Stage;
  readonly percent: number;
  readonly users: UserCounts;
}

/** How far an owner is with an API. */
export interface PredecessorReport extends PredecessorSummary {
  /** Users who chose password, address or name here: the predecessor can't sign them in. */
  readonly changedHere: number;
  readonly routes: readonly RouteCounts[];
  /** The calls of each route by stage. */
  readonly traffic: readonly Pick<CallCount, "stage" | "route" | "calls">[];
  /** The calls of each day, the oldest first. */
  readonly days: readonly (OutcomeCounts & { readonly day: number })[];
  readonly differences: readonly DifferenceCount[];
  readonly predecessor: {
    readonly errors: number;
    readonly p50Ms: number | undefined;
    readonly p99Ms: number | undefined;
    readonly circuit: string;
  };
  readonly own: { readonly p50Ms: number | undefined; readonly p99Ms: number | undefined };
  readonly obstacles: readonly Obstacle[];
  /** What stands between now and `own`: the obstacles in words, and the next command. */
  readonly remaining: readonly string[];
}

/** Users of the API's realm. */
export interface UserCounts {
  /** Learnt from traffic. */
  readonly learned: number;
  /** Those with a password here. */
  readonly known: number;
  /** Those without one. */
  readonly missing: number;
}

interface ReportDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly stages: Stages;
}

/** Reports how far an owner is. */
export class PredecessorReports {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #stages: Stages;

  constructor({ store, clock, stages }: ReportDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#stages = stages;
  }

  /** Reports on an API whose users are in the realm. */
  async of(api: string, realm: string): Promise<PredecessorReport> {
    const { observations } = this.#store;
    const now = this.#clock.now();
    const calls = await observations.calls(api, 0);
    const latencies = await observations.latencies(api, now - RECENT);
    const differences = await observations.differences(api);
    const { changedHere, ...summary } = await this.#summarize(api, realm);
    const circuit = worst(await observations.circuits(api, now - CIRCUIT_LIFETIME));
    const routes = routesOf(calls);
    const errors = sum(calls.filter(({ outcome }) => outcome === "unserved"));
    const quantiles = (side: Side) => ({
      p50Ms: quantile(latencies, side, 0.5),
      p99Ms: quantile(latencies, side, 0.99),
    });
    const report = {
      ...summary,
      changedHere,
      routes,
      traffic: trafficOf(calls),
      days: daysOf(calls),
      differences,
      predecessor: { errors, ...quantiles("predecessor"), circuit },
      own: quantiles("own"),
    };
    const obstacles = obstaclesOf(report);
    return { ...report, obstacles, remaining: remainingOf(report, obstacles) };
  }

  /** Returns the beginning of a report, without the calls. */
  async summary(api: string, realm: string): Promise<PredecessorSummary> {
    const { changedHere: _, ...summary } = await this.#summarize(api, realm);
    return summary;
  }

  /** Counts the users of an API, and those of its realm with a password and without one. */
  async users(api: string, realm: string): Promise<UserCounts> {
    return (await this.summary(api, realm)).users;
  }

  async #summarize(
    api: string,
    realm: string,
  ): Promise<PredecessorSummary & { readonly changedHere: number }> {
    const learned = (await this.#store.origins.count(`learned:${api}`)).user ?? 0;
    const { known, missing, changedHere } = await this.#store.observations.passwords(realm);
    const { stage, percent } = this.#stages.of(api);
    return { api, stage, percent, users: { learned, known, missing }, changedHere };
  }
}

const sum = (counts: readonly { readonly calls: number }[]): number =>
  counts.reduce((total, { calls }) => total + calls, 0);

const outcomesOf = (counts: readonly CallCount[]): OutcomeCounts =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, sum(counts.filter((each) => each.outcome === outcome))]),
  ) as OutcomeCounts;

function routesOf(counts: readonly CallCount[]): RouteCounts[] {
  const routes = [...new Set(counts.map(({ route }) => route))].toSorted();
  return routes.map((route) => {
    const own = counts.filter((each) => each.route === route);
    return { route, requests: sum(own), ...outcomesOf(own) };
  });
}

function daysOf(counts: readonly CallCount[]): PredecessorReport["days"] {
  const days = [...new Set(counts.map(({ day }) => day))].toSorted((one, other) => one - other);
  return days.map((day) => ({ day, ...outcomesOf(counts.filter((each) => each.day === day)) }));
}

function trafficOf(counts: readonly CallCount[]): PredecessorReport["traffic"] {
  const byKey = new Map<string, Pick<CallCount, "stage" | "route" | "calls">>();
  for (const { stage, route, calls } of counts) {
    const before = byKey.get(`${stage} ${route}`)?.calls ?? 0;
    byKey.set(`${stage} ${route}`, { stage, route, calls: before + calls });
  }
  return [...byKey.values()];
}

/** Returns the bound below which so many of the calls are; undefined without a call. */
function quantile(
  latencies: readonly LatencyCount[],
  side: Side,
  share: number,
): number | undefined {
  const sorted = latencies
    .filter((each) => each.side === side)
    .toSorted((one, other) => one.mostMs - other.mostMs);
  const wanted = share * sum(sorted);
  let passed = 0;
  return sorted.find(({ calls }) => (passed += calls) >= wanted)?.mostMs;
}

/** Several processes have a circuit each: what ails one of them is reported. */
function worst(circuits: readonly { readonly state: string }[]): string {
  const states = new Set(circuits.map(({ state }) => state));
  const worse = ["open", "half-open"].find((state) => states.has(state));
  // Without a process that serves, there is none.
  return worse ?? (states.size === 0 ? "unknown" : "closed");
}
