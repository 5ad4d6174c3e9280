import type { Clock } from "../clock.ts";
import { startOfDay } from "../durations.ts";
import { newId } from "../ids.ts";
import type { Store } from "../store.ts";
import type { Difference, Observation, Observer } from "./observation.ts";
import type { Ask } from "./counted-port.ts";
import type {
  AskCount,
  CallCount,
  DifferenceCount,
  LatencyCount,
  ObservedSums,
  Side,
} from "./observation-store.ts";
import type { Stages } from "./stages.ts";

/** How often a process writes what it has observed: a kill loses at most that. */
const WRITE_MS = 1_000;
/** Beyond so many kinds of differences of an API, the others are one kind: memory is bounded. */
const MAX_KINDS = 200;
/** The bounds of the latency's counts, in milliseconds. The last has no bound. */
const BOUNDS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1_000, 1_500, 2_000, 3_000,
  5_000, 10_000,
] as const;
const UNBOUNDED = 60_000;
/** The columns of texts have no more room. */
const MAX_TEXT = 100;
/** A process that hasn't renewed its circuits for so long is gone. */
export const CIRCUIT_LIFETIME = 10_000;

interface ObservationsDependencies {
  readonly store: Pick<Store, "observations" | "transaction">;
  readonly clock: Clock;
  readonly stages: Pick<Stages, "of">;
}

/** Counts observations in the process, and adds them to the sums of all processes. */
export class Observations implements Observer {
  readonly #store: ObservationsDependencies["store"];
  readonly #clock: Clock;
  readonly #stages: ObservationsDependencies["stages"];
  readonly #process: string;
  readonly #kinds = new Map<string, Set<string>>();
  readonly #circuits = new Map<string, () => string>();
  #asks = new Map<string, AskCount>();
  #calls = new Map<string, CallCount>();
  #latencies = new Map<string, LatencyCount>();
  #differences = new Map<string, DifferenceCount>();
  #writing: Promise<void> = Promise.resolve();

  constructor({ store, clock, stages }: ObservationsDependencies) {
    this.#stages = stages;
    this.#store = store;
    this.#clock = clock;
    this.#process = newId(clock);
  }

  /** Reports the state of an API's circuit with each write. */
  watchCircuit(api: string, state: () => string): void {
    this.#circuits.set(api, state);
  }

  record(observation: Observation): void {
    const { api, stage, route, outcome, differences, predecessorMs, ownMs } = observation;
    const now = this.#clock.now();
    const day = this.#periodOf(api, now);
    const call = { api, day, stage, route, outcome };
    count(this.#calls, `${api} ${day} ${stage} ${route} ${outcome}`, { ...call, calls: 1 });
    this.#time(api, "predecessor", predecessorMs);
    this.#time(api, "own", ownMs);
    for (const difference of differences) this.#differ(api, route, difference, now);
  }

  /** Counts a question to a predecessor that a call in `fallback` has led to. */
  asked({ api, failed, milliseconds }: Ask): void {
    const day = this.#periodOf(api, this.#clock.now());
    const outcome = failed ? "failed" : "answered";
    count(this.#asks, `${api} ${day} ${outcome}`, { api, day, outcome, calls: 1 });
    if (!failed) this.#time(api, "predecessor", milliseconds);
  }

  /** Returns when the period of an API began: the day, or its stage if that was set later. */
  #periodOf(api: string, now: number): number {
    const { changedAt } = this.#stages.of(api);
    return Math.max(startOfDay(now), changedAt > now ? 0 : changedAt);
  }

  #time(api: string, side: Side, milliseconds: number | undefined): void {
    if (milliseconds === undefined) return;
    const day = startOfDay(this.#clock.now());
    const mostMs = BOUNDS.find((bound) => milliseconds <= bound) ?? UNBOUNDED;
    const key = `${api} ${day} ${side} ${mostMs}`;
    count(this.#latencies, key, { api, day, side, mostMs, calls: 1 });
  }

  #differ(api: string, route: string, difference: Difference, now: number): void {
    const known = this.#kinds.get(api) ?? new Set();
    this.#kinds.set(api, known);
    const { field, ours, theirs } = difference;
    const given = [route, field, ours, theirs].join("\n");
    const isOther = !known.has(given) && known.size >= MAX_KINDS;
    if (!isOther) known.add(given);
    const kind = isOther
      ? { api, route: "", field: "other", ours: "", theirs: "", example: "" }
      : {
          api,
          route,
          field: cut(field),
          ours: cut(ours),
          theirs: cut(theirs),
          example: difference.example,
        };
    const key = [api, kind.route, kind.field, kind.ours, kind.theirs].join("\n");
    const before = this.#differences.get(key);
    this.#differences.set(key, {
      ...kind,
      ...(before && { example: before.example }),
      calls: (before?.calls ?? 0) + 1,
      firstAt: before?.firstAt ?? now,
      lastAt: now,
    });
  }

  /** Writes what was observed since the last write; after a failure it is written the next time. */
  write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    const now = this.#clock.now();
    const [calls, latencies, differences] = [this.#calls, this.#latencies, this.#differences];
    const asks = this.#asks;
    const sums: ObservedSums = {
      asks: [...asks.values()],
      calls: [...calls.values()],
      latencies: [...latencies.values()],
      differences: [...differences.values()],
    };
    const circuits = [...this.#circuits].map(([api, state]) => ({
      api,
      process: this.#process,
      state: state(),
      renewedAt: now,
    }));
    this.#asks = new Map();
    this.#calls = new Map();
    this.#latencies = new Map();
    this.#differences = new Map();
    try {
      if (circuits.length > 0)
        await this.#store.observations.renewCircuits(circuits, now - CIRCUIT_LIFETIME);
      if (sums.calls.length + sums.asks.length > 0)
        await this.#store.transaction((tx) => tx.observations.add(sums));
    } catch {
      // The calls of clients report that the database is away.
      for (const [key, each] of asks) count(this.#asks, key, each);
      for (const [key, each] of calls) count(this.#calls, key, each);
      for (const [key, each] of latencies) count(this.#latencies, key, each);
      for (const [key, each] of differences) {
        const since = this.#differences.get(key);
        const lastAt = since?.lastAt ?? each.lastAt;
        this.#differences.set(key, { ...each, calls: each.calls + (since?.calls ?? 0), lastAt });
      }
    }
  }

  /** Writes each second until the returned function is called, which writes for the last time. */
  keepWriting(): () => Promise<void> {
    const timer = setInterval(() => void this.write(), WRITE_MS).unref();
    return async () => {
      clearInterval(timer);
      await this.write();
    };
  }
}

/** Cuts a text, never within a character. */
const cut = (text: string): string => [...text].slice(0, MAX_TEXT).join("");

/** Adds to a count. */
function count<Count extends { readonly calls: number }>(
  counts: Map<string, Count>,
  key: string,
  added: Count,
): void {
  const before = counts.get(key);
  counts.set(key, before === undefined ? added : { ...before, calls: before.calls + added.calls });
}
