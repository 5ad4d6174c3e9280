// Errors that nobody caught, outside of any request that could answer them. It owns whether the
// process outlives them.
/** Node's own word for "I can't trust myself any more". */
const BROKEN = "ERR_INTERNAL_ASSERTION";

/**
 * Has the process go on after a promise that was rejected or a callback that threw, and `fault`
 * told.
 *
 * That is safe here, though not in every program: what must stay whole is in the database, where a
 * transaction is done or not done; in memory are only caches, queues that free their places in
 * `finally`, and requests, of which the one that failed ends by its timeout. To end would cost all
 * the others theirs. Only when node finds itself broken, nothing can be relied on. To be called
 * when all is built: before, an error nobody caught ends the start, as it should.
 */
export function surviveUncaughtErrors(fault: (error: unknown) => void): void {
  process.on("unhandledRejection", (reason) => fault(reason));
  process.on("uncaughtException", (error) => {
    fault(error);
    if ("code" in error && error.code === BROKEN) process.exit(1);
  });
}
