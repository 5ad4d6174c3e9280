// Runs one check on one engine.
import { busyness, commitOf, environment } from "../bench/document/machine.ts";
import type { Check, Figure } from "./check.ts";
import type { CheckResult } from "./results.ts";
import { randomFrom, type SharedEngine } from "./stage.ts";

/**
 * How long a check may take, in minutes, beside those it was asked to take; one that hangs must not
 * keep the others.
 */
const PATIENCE = 45;

/** How a check is run. */
interface RunChoice {
  readonly shared: SharedEngine;
  readonly amount: number;
  readonly seed: number;
  say(line: string): void;
}

/** Rejects when something takes longer than it may. */
async function inTime<T>(work: Promise<T>, minutes: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Error(`it took longer than ${minutes} minutes`);
    timer = setTimeout(() => reject(error), minutes * 60_000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Runs one check on one engine; an error becomes its result. */
export async function runCheck(
  check: Check,
  { shared, amount, seed, say }: RunChoice,
): Promise<CheckResult> {
  const begin = new Date();
  const origin = {
    id: check.id,
    engine: shared.name,
    amount,
    seed,
    begin: begin.toISOString(),
    commit: commitOf(),
    machine: environment().machine,
    load: busyness(),
  };
  const since = (): number => Math.round((Date.now() - begin.getTime()) / 1000);
  try {
    const measure = async (): Promise<readonly Figure[]> => {
      const engine = await shared.engine();
      return check.measure({ engine, amount, random: randomFrom(seed), say });
    };
    const asked = check.unit === "minutes" ? amount : 0;
    const figures = await inTime(measure(), PATIENCE + asked);
    return { ...origin, seconds: since(), figures };
  } catch (error) {
    console.error(error);
    const [failure = ""] = String(error instanceof Error ? error.message : error).split("\n");
    return { ...origin, seconds: since(), figures: [], failure };
  }
}
