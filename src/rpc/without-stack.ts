/**
 * Runs work that makes errors of no fault of ours: the trace of one costs more than the rest of a
 * refusal, and no one reads it. The work must not wait for anything.
 */
export function withoutStack<T>(work: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
