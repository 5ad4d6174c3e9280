// Waiting for something that nothing announces.
import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";

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

/** Returns whether a process says that it is ready. */
export const isReady = async (url: string): Promise<boolean> =>
  (await fetch(`${url}/readyz`).catch(() => undefined))?.ok === true;

const TRIES = 20;
const PAUSE_MS = 250;

/** Does it again while a busy machine refuses it. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work();
    } catch (error) {
      const isBusy =
        error instanceof ConnectError &&
        [Code.Unavailable, Code.ResourceExhausted].includes(error.code);
      if (!isBusy || tries === TRIES) throw error;
      await delay(PAUSE_MS);
    }
}
