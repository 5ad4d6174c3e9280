// How a process ends: at a signal, once, cleanly; at a second one at once. It must not know what is ended.
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "../log.ts";

/** How long the last lines of the log have to be read. */
const LAST_LINES_MS = 1_000;

/** Ends the process, its last lines told if somebody reads them. */
export async function exit(log: Logger, code: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  log.flush(() => resolve());
  await Promise.race([promise, delay(LAST_LINES_MS)]);
  process.exit(code);
}

/** Ends at SIGTERM and SIGINT by `end`; at the second one by `abandon`, and with 1. */
export function endOnSignal(log: Logger, end: () => Promise<void>, abandon: () => void = () => undefined): void {
  let ending = false;
  const onSignal = async (signal: string): Promise<void> => {
    if (ending) {
      abandon();
      process.exit(1);
    }
    ending = true;
    log.info({ signal }, "draining");
    await end();
    log.info("ended");
    await exit(log, 0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void onSignal(signal));
}
