import { type ObservedOutcome, OUTCOMES } from "../observation.ts";
import type { CallCount, LatencyCount, Side } from "../observation-store.ts";
import { startOfDay } from "../../durations.ts";

/** What has become of the calls of a route. */
export type RouteCounts = OutcomeCounts & {
  readonly route: string;
  readonly requests: number;
};

/** The counts of calls by what has become of them. */
export type OutcomeCounts = Readonly<Record<ObservedOutcome, number>>;

/** The calls of a day. */
export type DayCounts = OutcomeCounts & { readonly day: number };

/** The calls of a route in a stage. */
export type TrafficCount = Pick<CallCount, "stage" | "route" | "calls">;

/** The bounds below which half of the calls are, and 99 in 100; undefined without a call. */
export interface Quantiles {
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
}

/** The latency of both sides on one day. */
export interface DayLatencies {
  readonly day: number;
  readonly predecessor: Quantiles;
  readonly own: Quantiles;
}

/** Adds counts. */
export const sum = (counts: readonly { readonly calls: number }[]): number =>
  counts.reduce((total, { calls }) => total + calls, 0);

/** Adds calls by what has become of them. */
export const outcomesOf = (counts: readonly CallCount[]): OutcomeCounts =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, sum(counts.filter((each) => each.outcome === outcome))]),
  ) as OutcomeCounts;

export const quantilesOf = (latencies: readonly LatencyCount[], side: Side): Quantiles => ({
  p50Ms: quantile(latencies, side, 0.5),
  p99Ms: quantile(latencies, side, 0.99),
});

/** Returns the latency of each day, the oldest first. */
export const latenciesOf = (latencies: readonly LatencyCount[]): DayLatencies[] =>
  [...Map.groupBy(latencies, ({ day }) => day)]
    .toSorted(([one], [other]) => one - other)
    .map(([day, ofDay]) => ({
      day,
      predecessor: quantilesOf(ofDay, "predecessor"),
      own: quantilesOf(ofDay, "own"),
    }));

/** Adds the calls of each route. */
export function routesOf(counts: readonly CallCount[]): RouteCounts[] {
  const routes = [...new Set(counts.map(({ route }) => route))].toSorted();
  return routes.map((route) => {
    const own = counts.filter((each) => each.route === route);
    return { route, requests: sum(own), ...outcomesOf(own) };
  });
}

/** Adds the calls of each day, the oldest first. */
export function daysOf(counts: readonly CallCount[]): DayCounts[] {
  return [...Map.groupBy(counts, ({ day }) => startOfDay(day))]
    .toSorted(([one], [other]) => one - other)
    .map(([day, ofDay]) => ({ day, ...outcomesOf(ofDay) }));
}

/** Adds the calls of each route by stage. */
export function trafficOf(counts: readonly CallCount[]): TrafficCount[] {
  const byKey = new Map<string, TrafficCount>();
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
