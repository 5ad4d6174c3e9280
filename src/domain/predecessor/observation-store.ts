import type { ObservedOutcome } from "./observation.ts";
import type { Stage } from "./stage.ts";

/** Whose latency is counted. */
export type Side = "own" | "predecessor";

/** How many calls of a period had one outcome. */
export interface CallCount {
  readonly api: string;
  /**
   * When the period began: with the day (UTC), or with a change of the stage on that day, so that
   * calls after the change are counted apart.
   */
  readonly day: number;
  readonly stage: Stage;
  readonly route: string;
  readonly outcome: ObservedOutcome;
  readonly calls: number;
}

/** How many calls of a day took at most so long, and longer than the next smaller number. */
export interface LatencyCount {
  readonly api: string;
  readonly day: number;
  readonly side: Side;
  readonly mostMs: number;
  readonly calls: number;
}

/** How often a predecessor was asked in `fallback`, on one day. */
export interface AskCount {
  readonly api: string;
  /** When the period began, as in `CallCount`. */
  readonly day: number;
  readonly outcome: "answered" | "failed";
  readonly calls: number;
}

/** One kind of difference. */
export interface DifferenceCount {
  readonly api: string;
  readonly route: string;
  readonly field: string;
  readonly ours: string;
  readonly theirs: string;
  readonly calls: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly example: string;
}

/** Whether a process asks a predecessor. */
export interface CircuitReport {
  readonly api: string;
  /** The id of the process. */
  readonly process: string;
  readonly state: string;
  readonly renewedAt: number;
}

/** What a process has observed since it last wrote. */
export interface ObservedSums {
  readonly asks: readonly AskCount[];
  readonly calls: readonly CallCount[];
  readonly latencies: readonly LatencyCount[];
  readonly differences: readonly DifferenceCount[];
}

/** A field of an answer that differs by nature. */
export interface VolatileField {
  readonly api: string;
  readonly route: string;
  readonly field: string;
}

/** Users by what is known of their passwords. */
export interface PasswordCounts {
  /** Those with a password here. */
  readonly known: number;
  /** Those without one. */
  readonly missing: number;
  /** Those who chose their password here. */
  readonly changedHere: number;
}

export interface ObservationStore {
  /** Keeps fields that differ by nature; those that are kept stay. */
  noteVolatileFields(fields: readonly VolatileField[]): Promise<void>;
  volatileFields(): Promise<VolatileField[]>;
  /** Adds to the sums of all processes; use it in a transaction. */
  add(sums: ObservedSums): Promise<void>;
  /** Lists the sums of an API, of the periods that began at `since` or later. */
  calls(api: string, since: number): Promise<CallCount[]>;
  asks(api: string, since: number): Promise<AskCount[]>;
  latencies(api: string, since: number): Promise<LatencyCount[]>;
  /** Lists the kinds of differences, the most frequent first. */
  differences(api: string): Promise<DifferenceCount[]>;
  /** Counts the live users of a realm. */
  passwords(realm: string): Promise<PasswordCounts>;
  /** Stores the state of circuits, and removes those that no process has renewed since `oldest`. */
  renewCircuits(circuits: readonly CircuitReport[], oldest: number): Promise<void>;
  /** Lists the circuits that were renewed after `oldest`. */
  circuits(api: string, oldest: number): Promise<CircuitReport[]>;
}
