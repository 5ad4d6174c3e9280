// A clock that runs faster than the true one. All processes that have it show the same time.
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const MODULE = pathToFileURL(join(import.meta.dirname, "fast-clock.mjs")).href;

/** A time that passes so many times as fast. */
export class FastClock {
  readonly speed: number;
  readonly #from = Date.now();

  constructor(speed: number) {
    this.speed = speed;
  }

  /** Milliseconds since 1970, in the time that passes faster. */
  now(): number {
    return this.#from + (Date.now() - this.#from) * this.speed;
  }

  /** What a process gets in its environment; its clock may be ahead of the others'. */
  environment(aheadMs = 0): Readonly<Record<string, string>> {
    return {
      NODE_OPTIONS: `--import=${MODULE}`,
      FAST_CLOCK: `${this.#from} ${this.speed} ${aheadMs}`,
    };
  }
}
