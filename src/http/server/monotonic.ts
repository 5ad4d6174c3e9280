/** Returns milliseconds of a clock that never goes back, to measure how long something takes. */
export const monotonicMs = (): number => performance.now();
