// What is needed before something is measured is asked for again while there is no room for it.
import { setTimeout as delay } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";

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
