// Time that only goes forward, for how long something takes.

/** Milliseconds since some moment before. */
export const monotonicMs = (): number => performance.now();
