/** Lengths of time in milliseconds. */
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Returns a time in whole seconds since 1970, as JWTs have it (RFC 7519 section 2). */
export const inSeconds = (at: number): number => Math.floor(at / SECOND);

/** Returns when the day (UTC) of a time began. */
export const startOfDay = (at: number): number => at - (at % DAY);

/**
 * How far the clocks of two processes may differ. A stored time that is further ahead of now than
 * this comes from a clock that was wrong.
 */
export const CLOCK_SKEW = 30 * SECOND;

/**
 * Returns whether the time of something is over. What was made after now is of a clock that was
 * ahead: it would live for longer, by as much as the clock was put back.
 */
export const isOver = (
  { createdAt, expiresAt }: { readonly createdAt: number; readonly expiresAt: number },
  now: number,
): boolean => expiresAt <= now || createdAt > now + CLOCK_SKEW;

/**
 * How far apart the times of processes may be where a limit is counted. All follow the database's
 * time, so they differ by less.
 */
export const COUNTING_SKEW = 1 * SECOND;
