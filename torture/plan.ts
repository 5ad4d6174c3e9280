// Which checks run one after the other, and which beside each other.
import type { Aside, Check } from "./check.ts";
import type { EngineName } from "./engine.ts";

/** Checks that run one after the other, on an engine of their own. */
export interface Lane {
  readonly engine: EngineName;
  readonly checks: readonly Check[];
}

/**
 * Returns turns, which follow each other; the lanes of a turn run at once. What is timed runs
 * alone, engine by engine. The last turn has what may run beside anything.
 */
export function planTurns(
  checks: readonly Check[],
  engines: readonly EngineName[],
  runsOn: (check: Check, engine: EngineName) => boolean,
): readonly (readonly Lane[])[] {
  const lane = (engine: EngineName, aside: Aside | undefined): Lane => ({
    engine,
    checks: checks.filter((check) => check.aside === aside && runsOn(check, engine)),
  });
  const alone = engines.map((engine) => [lane(engine, undefined)]);
  const atOnce = checks
    .filter(({ aside }) => aside === "on all engines at once")
    .map((check) =>
      engines.map((engine) => ({ engine, checks: runsOn(check, engine) ? [check] : [] })),
    );
  const beside = engines.flatMap((engine) => [
    ...lane(engine, "by itself").checks.map((check) => ({ engine, checks: [check] })),
    lane(engine, "in turn"),
  ]);
  return [...alone, ...atOnce, beside]
    .map((turn) => turn.filter((each) => each.checks.length > 0))
    .filter((turn) => turn.length > 0);
}
