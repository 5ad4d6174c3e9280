import type { Clock } from "../../clock.ts";
import { DAY, startOfDay } from "../../durations.ts";
import type { Store } from "../../store.ts";
import { CIRCUIT_LIFETIME } from "../observations.ts";
import { type Obstacle, obstaclesOf, remainingOf } from "./obstacles.ts";
import type { DifferenceCount } from "../observation-store.ts";
import {
  type DayCounts,
  type DayLatencies,
  daysOf,
  latenciesOf,
  type OutcomeCounts,
  outcomesOf,
  type Quantiles,
  quantilesOf,
  type RouteCounts,
  routesOf,
  sum,
  type TrafficCount,
  trafficOf,
} from "./report-counts.ts";
import type { Stage } from "../stage.ts";
import type { Stages } from "../stages.ts";

/** How far back a report looks for what stands in the way, if the stage is that old. */
const RECENT = 7 * DAY;
/** How far back latencies are shown by day. */
const SHOWN = 30 * DAY;

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
  /** What was observed since the stage was set, at most seven days ago: obstacles come from it. */
  readonly recent: RecentCounts;
  /** The calls of each route by stage. */
  readonly traffic: readonly TrafficCount[];
  /** The calls of each day, the oldest first. */
  readonly days: readonly DayCounts[];
  readonly differences: readonly DifferenceCount[];
  /** `errors` are recent: calls that it didn't serve, and questions that it didn't answer. */
  readonly predecessor: Quantiles & { readonly errors: number; readonly circuit: string };
  readonly own: Quantiles;
  /** The latency of both sides on each day, the oldest first. */
  readonly latencies: readonly DayLatencies[];
  readonly obstacles: readonly Obstacle[];
  /** What stands between now and `own`: the obstacles in words, and the next command. */
  readonly remaining: readonly string[];
}

/** The recent calls. */
export interface RecentCounts extends OutcomeCounts {
  /** The beginning: a change of the stage, or the first millisecond of a day. */
  readonly since: number;
  readonly requests: number;
  /** How many kinds of differences were seen. */
  readonly kinds: number;
  /** How often the predecessor was asked in `fallback`. */
  readonly asked: number;
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
    const since = Math.max(this.#stages.of(api).changedAt, startOfDay(now - RECENT));
    const calls = await observations.calls(api, 0);
    const latencies = await observations.latencies(api, now - SHOWN);
    const asks = await observations.asks(api, since);
    const differences = await observations.differences(api);
    const { changedHere, ...summary } = await this.#summarize(api, realm);
    const circuit = worst(await observations.circuits(api, now - CIRCUIT_LIFETIME));
    const routes = routesOf(calls);
    const recentCalls = calls.filter(({ day }) => day >= since);
    const recent: RecentCounts = {
      since,
      requests: sum(recentCalls),
      ...outcomesOf(recentCalls),
      kinds: differences.filter(({ lastAt }) => lastAt >= since).length,
      asked: sum(asks),
    };
    const errors = recent.unserved + sum(asks.filter(({ outcome }) => outcome === "failed"));
    const recentLatencies = latencies.filter(({ day }) => day >= startOfDay(now - RECENT));
    const report = {
      ...summary,
      changedHere,
      recent,
      routes,
      traffic: trafficOf(calls),
      days: daysOf(calls),
      differences,
      predecessor: { errors, ...quantilesOf(recentLatencies, "predecessor"), circuit },
      own: quantilesOf(recentLatencies, "own"),
      latencies: latenciesOf(latencies),
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

/** Several processes have a circuit each: what ails one of them is reported. */
function worst(circuits: readonly { readonly state: string }[]): string {
  const states = new Set(circuits.map(({ state }) => state));
  const worse = ["open", "half-open"].find((state) => states.has(state));
  // Without a process that serves, there is none.
  return worse ?? (states.size === 0 ? "unknown" : "closed");
}
