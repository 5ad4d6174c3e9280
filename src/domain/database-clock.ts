import { type Clock, systemClock, ticks } from "./clock.ts";
import { MINUTE, SECOND } from "./durations.ts";

/** A time that another clock showed, and when that was here. */
export interface MeasuredTime {
  /** UTC, milliseconds since 1970. */
  readonly time: number;
  /** In `ticks`. */
  readonly at: number;
  /** How far `time` may be off, in milliseconds. */
  readonly within: number;
}

/** Measures the time of the database; undefined where the process's own clock decides. */
interface TimeSource {
  time(): Promise<MeasuredTime | undefined>;
}

/** How far a machine's clock may be off before the server reports it. */
const REPORTED_SKEW = MINUTE;

/** How often the clock looks whether it must be measured, if no call notices it before. */
const LOOK_EVERY = 5 * SECOND;
/** With the time until the next look, a change of the database's clock is seen within a minute. */
const MEASURED_EVERY = MINUTE - LOOK_EVERY;
/** The shortest time between two measurements. */
const PAUSE = SECOND;
/** So much the machine's clock may be moved, or its ticks may stand still, between two looks. */
const MOVED = SECOND;

/**
 * The time of the database, so that all processes agree on when something expires. It is measured
 * from time to time, and goes on by ticks in between: a change of the machine's clock means
 * nothing. Before it is measured it is the machine's clock.
 */
export class DatabaseClock implements Clock {
  readonly #source: TimeSource;
  readonly #own: Clock;
  /** What the ticks are behind the time. */
  #offset: number | undefined;
  /** When it was last tried and when it last succeeded, in ticks. */
  #triedAt = -Infinity;
  #measuredAt = -Infinity;
  /** How far the machine's clock was ahead at the last measurement. */
  #wasAhead = 0;
  #isSuspect = false;
  /** Ends the wait for the next look. */
  #hurry = (): void => undefined;

  constructor(source: TimeSource, own: Clock = systemClock) {
    this.#source = source;
    this.#own = own;
  }

  now(): number {
    const time = this.#time();
    if (this.#offset !== undefined && !this.#isSuspect && this.#hasMoved(time)) this.suspect();
    return time;
  }

  random(bytes: number): Buffer {
    return this.#own.random(bytes);
  }

  /** How far the machine's clock is ahead, in milliseconds; negative if it is behind. */
  get aheadMs(): number {
    return this.#own.now() - this.#time();
  }

  /** Sets the clock. Rejects when the database can't be reached, and goes on as before then. */
  async measure(): Promise<void> {
    this.#triedAt = ticks();
    // A suspicion that comes from now on may be of what is measured here.
    this.#isSuspect = false;
    const measured = await this.#source.time();
    this.#measuredAt = ticks();
    if (measured !== undefined) this.#set(measured);
    this.#wasAhead = this.aheadMs;
  }

  /** Measures as soon as possible: another server may answer from now on. */
  readonly suspect = (): void => {
    this.#isSuspect = true;
    this.#hurry();
  };

  /** Measures from time to time; returns the function that stops. */
  follow(): () => void {
    let isStopped = false;
    const run = async (): Promise<void> => {
      for (;;) {
        await this.#look();
        if (isStopped) return;
        if (this.#isDue()) await this.measure().catch(this.suspect);
      }
    };
    void run();
    return () => {
      isStopped = true;
      this.#hurry();
      this.#hurry = () => undefined;
    };
  }

  /** Waits for the next look, which comes sooner when the clock is suspect. */
  #look(): Promise<void> {
    return new Promise((resolve) => {
      let timer = setTimeout(resolve, LOOK_EVERY).unref();
      this.#hurry = () => {
        clearTimeout(timer);
        timer = setTimeout(resolve, Math.max(0, this.#triedAt + PAUSE - ticks())).unref();
      };
      if (this.#isSuspect) this.#hurry();
    });
  }

  #time(): number {
    return this.#offset === undefined ? this.#own.now() : Math.round(this.#offset + ticks());
  }

  /** Whether the machine's clock and the ticks have moved against each other. */
  #hasMoved(time: number): boolean {
    return Math.abs(this.#own.now() - time - this.#wasAhead) > MOVED;
  }

  #isDue(): boolean {
    const isOld = ticks() - this.#measuredAt >= MEASURED_EVERY;
    return this.#isSuspect || isOld || this.#hasMoved(this.#time());
  }

  /** Keeps the time that is known while the measurement doesn't contradict it: it never jitters. */
  #set({ time, at, within }: MeasuredTime): void {
    const offset = time - at;
    const isKnown = this.#offset !== undefined && Math.abs(offset - this.#offset) <= within;
    if (!isKnown) this.#offset = offset;
  }
}

/** Returns what to say of a machine's clock that is far off; undefined while it isn't. */
export function skewText(aheadMs: number): string | undefined {
  if (Math.abs(aheadMs) <= REPORTED_SKEW) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / SECOND);
  const side = aheadMs > 0 ? "ahead of" : "behind";
  return `this machine's clock is ${seconds} s ${side} the database's`;
}
