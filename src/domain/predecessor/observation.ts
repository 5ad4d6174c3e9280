import { DAY } from "../durations.ts";
import type { Stage } from "./stage.ts";

/** How long observations are kept. */
export const OBSERVED_MS = 90 * DAY;

/**
 * How the answers of a call compare. `volatile`: they differ only in fields that differ by nature,
 * such as tokens and times. `uncompared`: a page, a redeemed code, or a call that Latchkey could
 * not compare. `unserved`: the predecessor could not be asked. `own`: Latchkey answered alone, so
 * there is nothing to compare.
 */
export const OUTCOMES = [
  "equal",
  "volatile",
  "different",
  "uncompared",
  "unserved",
  "own",
] as const;
export type ObservedOutcome = (typeof OUTCOMES)[number];

/** One difference of two answers, without what could identify a user. */
export interface Difference {
  /** `status`, `content-type`, or the path of a field in the body, such as `data.email`. */
  readonly field: string;
  /** The form of our value and of theirs, such as `text of 8 characters`; or a status. */
  readonly ours: string;
  readonly theirs: string;
  /** One example, with every letter and digit masked. */
  readonly example: string;
}

/** What is recorded of one call. */
export interface Observation {
  readonly api: string;
  readonly stage: Stage;
  /** The verb and the template of the path, such as `POST /user/login`. */
  readonly route: string;
  readonly outcome: ObservedOutcome;
  readonly differences: readonly Difference[];
  /** How long the predecessor took; absent when it was not asked. */
  readonly predecessorMs?: number | undefined;
  /** How long Latchkey took, or would have taken. */
  readonly ownMs?: number | undefined;
}

/** Receives observations. It must be quick and must not throw. */
export interface Observer {
  record(observation: Observation): void;
}
