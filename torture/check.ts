// What a check is.
import type { EngineName, Stage } from "./engine.ts";

/** How long a run may take: half a minute, some twelve minutes, or an hour and a half. */
export type Size = "slice" | "quick" | "full";

/** One thing that was measured. */
export interface Figure {
  readonly what: string;
  /** The limit, as text: `0`, `at most 3 s`. */
  readonly asked: string;
  readonly reached: string;
  readonly held: boolean;
  /** Whether it depends on how fast and how busy the machine is. */
  readonly timed?: true;
}

/**
 * How a check runs beside others. "in turn": it counts, or what it times has much room, so each
 * engine has a lane of such checks. "by itself": it takes many minutes and little of the machine,
 * so it has a lane of its own. "on all engines at once": it waits for most of its time, and nothing
 * but itself runs beside it.
 */
export type Aside = "in turn" | "by itself" | "on all engines at once";

export interface Check {
  /** The number of the list of reliability, or a name for what the list doesn't have. */
  readonly id: string;
  readonly title: string;
  /** How it is measured, in one or two sentences. */
  readonly how: string;
  readonly engines: readonly EngineName[];
  /** The engines of `--quick`, when there is no time for all. */
  readonly quickEngines?: readonly EngineName[];
  /** What runs beside it; absent: nothing, because what it times is near its limits. */
  readonly aside?: Aside;
  /**
   * How much is done in each size: cycles, races, seconds, as `unit` says. A size that is absent
   * leaves the check out.
   */
  readonly amounts: Readonly<Partial<Record<Size, number>>>;
  /** How much `--full` does on an engine, where it is another amount. */
  readonly fullOn?: Readonly<Partial<Record<EngineName, number>>>;
  readonly unit: string;
  /** Measures. Throws only if it can't. */
  measure(stage: Stage): Promise<readonly Figure[]>;
}

const rounded = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 });

/** A figure that must not exceed a limit. */
export const atMost = (what: string, value: number, limit: number, unit = ""): Figure => ({
  what,
  asked: limit === 0 ? "0" : `at most ${rounded(limit)}${unit && ` ${unit}`}`,
  reached: `${rounded(value)}${unit && ` ${unit}`}`,
  held: value <= limit,
});

/** A figure that must reach a limit. */
export const atLeast = (what: string, value: number, limit: number, unit = ""): Figure => ({
  what,
  asked: `at least ${rounded(limit)}${unit && ` ${unit}`}`,
  reached: `${rounded(value)}${unit && ` ${unit}`}`,
  held: value >= limit,
});

/** Marks a figure that a busy machine makes worse, so that no test of `npm test` rests on it. */
export const timed = (figure: Figure): Figure => ({ ...figure, timed: true });

/** A figure that must be exactly so. */
export const exactly = (what: string, value: number | string, asked: number | string): Figure => ({
  what,
  asked: typeof asked === "number" ? rounded(asked) : asked,
  reached: typeof value === "number" ? rounded(value) : value,
  held: value === asked,
});
