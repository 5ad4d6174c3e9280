// How a process ends: at a signal, once, cleanly; at a second one at once. It must not know what is
// ended.
import type { Logger } from "../../telemetry/log.ts";

/** Ends at SIGTERM and SIGINT by `end`; at the second one by `abandon`, and with 1. */
export function shutDownOnSignal(
  log: Logger,
  end: () => Promise<void>,
  abandon: () => void = () => undefined,
): void {
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
    // The log tells its last lines on the way out.
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void onSignal(signal));
}
