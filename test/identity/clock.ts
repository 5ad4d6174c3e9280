// A clock that tests can put forward.
import { type Clock, systemClock } from "../../src/domain/clock.ts";

export interface MovableClock extends Clock {
  /** Lets so many milliseconds pass at once. */
  pass(milliseconds: number): void;
}

export function movableClock(): MovableClock {
  let ahead = 0;
  return {
    now: () => systemClock.now() + ahead,
    random: (bytes) => systemClock.random(bytes),
    pass: (milliseconds) => void (ahead += milliseconds),
  };
}

export const MINUTE = 60_000;
export const DAY = 86_400_000;
