/** The error after which Node.js guarantees nothing. */
const BROKEN = "ERR_INTERNAL_ASSERTION";

/**
 * Keeps the process alive after an uncaught error, which goes to `fault`.
 *
 * That is safe here: all state that must be consistent is in the database, where a transaction is
 * committed or not. Memory holds only caches, queues that free their slots in `finally`, and
 * requests. The failed request ends by its timeout; an exit would end all the others too. Call this
 * when all is built: before that, an uncaught error must end the start.
 */
export function surviveUncaughtErrors(fault: (error: unknown) => void): void {
  process.on("unhandledRejection", (reason) => fault(reason));
  process.on("uncaughtException", (error) => {
    fault(error);
    if ("code" in error && error.code === BROKEN) process.exit(1);
  });
}
