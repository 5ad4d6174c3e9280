// Episodes that are played while something changes.
import { type Ledger, playEpisode, type Target } from "./driver.ts";
import type { Registered } from "../oauth/flow.ts";

const WORKERS = 3;
/** After so many failures the rest would say nothing new. */
const ENOUGH = 10;

/** What the episodes have in common. */
export interface Played {
  readonly target: Target;
  readonly app: Registered;
  readonly ledger: Ledger;
}

/**
 * Plays episodes while `change` runs, and then as many as asked. Returns why some of them failed,
 * which none should.
 */
export async function underEpisodes(
  { target, app, ledger }: Played,
  change: () => Promise<unknown>,
  after = 0,
): Promise<readonly string[]> {
  const failures: string[] = [];
  let left = Number.POSITIVE_INFINITY;
  const worker = async (offset: number): Promise<void> => {
    for (let count = offset; left > 0 && failures.length < ENOUGH; count++, left--)
      await playEpisode(target, ledger, app, count % 4).catch((error: unknown) => {
        failures.push(String(error));
      });
  };
  const changed = change().finally(() => (left = after));
  await Promise.all([changed, ...Array.from({ length: WORKERS }, (_, index) => worker(index))]);
  return failures;
}
