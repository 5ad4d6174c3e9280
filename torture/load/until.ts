// Waiting for something that nothing announces.
import { setTimeout as delay } from "node:timers/promises";

/** Waits until something is so; throws when it isn't within the patience. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  patienceMs: number,
  what: string,
): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await delay(5);
  }
}
