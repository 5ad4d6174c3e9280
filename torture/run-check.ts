// Runs one check on one engine.
import { busyness, commitOf, environment } from "../bench/document/machine.ts";
import type { Check } from "./check.ts";
import type { Engine } from "./engine.ts";
import type { CheckResult } from "./results.ts";
import { randomFrom } from "./stage.ts";

/** How a check is run. */
interface RunChoice {
  readonly engine: Engine;
  readonly amount: number;
  readonly seed: number;
  say(line: string): void;
}

/** Runs one check on one engine; an error becomes its result. */
export async function runCheck(
  check: Check,
  { engine, amount, seed, say }: RunChoice,
): Promise<CheckResult> {
  const begin = new Date();
  const origin = {
    id: check.id,
    engine: engine.name,
    amount,
    seed,
    begin: begin.toISOString(),
    commit: commitOf(),
    machine: environment().machine,
    load: busyness(),
  };
  const since = (): number => Math.round((Date.now() - begin.getTime()) / 1000);
  try {
    const figures = await check.measure({ engine, amount, random: randomFrom(seed), say });
    return { ...origin, seconds: since(), figures };
  } catch (error) {
    console.error(error);
    const [failure = ""] = String(error instanceof Error ? error.message : error).split("\n");
    return { ...origin, seconds: since(), figures: [], failure };
  }
}
