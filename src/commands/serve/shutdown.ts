import type { Logger } from "../../telemetry/log.ts";

/** Runs `end` at SIGTERM or SIGINT; at a second one `abandon`, with exit code 1. */
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
    // The log flushes its last lines at exit.
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => void onSignal(signal));
}
