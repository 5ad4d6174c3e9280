// How many cases are run, and from which seed: FUZZ_SEED replays a run, FUZZ_RUNS makes it longer
// or shorter.
import { randomInt } from "node:crypto";
import fc from "fast-check";

/** All cases of all files together. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 20_000);
export const SEED = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31));

/** Finds and shrinks a failure for at most so long, and then shows the smallest it has. */
const MOST_MS = 240_000;

/** So many of 20,000 cases, in proportion to the setting. */
export const runs = (of20000: number): number => Math.max(1, Math.round((RUNS * of20000) / 20_000));

/**
 * Checks a property one case after the other; the error tells the seed and the path that bring the
 * case back.
 */
export async function assertForAll<T>(
  count: number,
  cases: fc.Arbitrary<T>,
  check: (value: T) => Promise<unknown>,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (value) => void (await check(value)));
  await fc.assert(property, {
    seed: SEED,
    numRuns: runs(count),
    interruptAfterTimeLimit: MOST_MS,
    markInterruptAsFailure: true,
  });
  process.stdout.write(`fuzz: ${runs(count)} cases, FUZZ_SEED=${SEED}\n`);
}

/** Enough for a slow machine that does other things. */
export const TIMEOUT_MS = MOST_MS + 30_000;
