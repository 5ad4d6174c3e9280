import { ticks } from "../../domain/clock.ts";
import type { Logger } from "../../telemetry/log.ts";

/** The signals that end the process in an orderly way. */
const ENDING = ["SIGTERM", "SIGINT", "SIGQUIT"] as const;
/** The signals that a process of the pool leaves to the primary, and that a start doesn't heed. */
const OTHER = ["SIGHUP", "SIGUSR1", "SIGUSR2"] as const;
/**
 * A terminal and npm both send the SIGINT of one key press. One that comes this soon after the
 * first signal belongs to it.
 */
const SAME_PRESS_MS = 1_000;
/** Exit code: ended by SIGINT, as shells count it. */
const INTERRUPTED = 130;

/** What the process does at signals. */
export interface SignalActions {
  /** Drains and closes everything. */
  readonly end: () => Promise<void>;
  /** Ends at once what `end` waits for. */
  readonly abandon?: () => void;
  /** Loads again what can be loaded without a restart. */
  readonly reload: (signal: string) => unknown;
}

/**
 * Ignores signals that would end the process without draining. SIGUSR1 would open a debugger.
 * `handleSignals` gives them their meaning once the server is built.
 */
export function ignoreOtherSignals(): void {
  for (const signal of OTHER) process.on(signal, () => undefined);
}

/** Ignores every signal of a terminal or a service manager, which are the primary's to handle. */
export function leaveSignalsToPrimary(): void {
  for (const signal of [...ENDING, ...OTHER]) process.on(signal, () => undefined);
}

/**
 * Drains at SIGTERM, SIGINT and SIGQUIT, and exits with 0. A signal during the drain changes
 * nothing, except a SIGINT of an operator who won't wait: it ends the process at once, with 130.
 * Reloads at SIGHUP and SIGUSR2.
 */
export function handleSignals(log: Logger, { end, abandon, reload }: SignalActions): void {
  let since: number | undefined;
  const onEnding = async (signal: string): Promise<void> => {
    if (since === undefined) {
      since = ticks();
      log.info({ signal }, "draining");
      await end();
      log.info("ended");
      // The log flushes its last lines at exit.
      process.exit(0);
    }
    if (signal === "SIGINT" && ticks() - since > SAME_PRESS_MS) {
      log.warn({ signal }, "ended before all was drained");
      abandon?.();
      process.exit(INTERRUPTED);
    }
    log.info({ signal }, "draining already");
  };
  const onHangUp = (signal: string): unknown =>
    // The terminal that the server runs in has closed.
    process.stdin.isTTY || process.stdout.isTTY ? onEnding(signal) : onReload(signal);
  const onReload = (signal: string): unknown => (since === undefined ? reload(signal) : undefined);
  for (const signal of ENDING) process.on(signal, () => void onEnding(signal));
  process.on("SIGHUP", () => void onHangUp("SIGHUP"));
  process.on("SIGUSR2", () => void onReload("SIGUSR2"));
}
