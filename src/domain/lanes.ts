// Bounds how much heavy work runs at once. It owns the lanes and their queue, and must not know what the work is.
import { IdentityError } from "./errors.ts";
import type { Load } from "./meter.ts";

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: IdentityError) => void;
  readonly expired: () => boolean;
}

/** As many lanes as there are cores, and a short queue: what is beyond it is refused at once instead of late. */
export class Lanes {
  readonly #lanes: number;
  readonly #places: number;
  readonly #queue: Waiting[] = [];
  #busy = 0;

  constructor(lanes: number, places: number) {
    this.#lanes = lanes;
    this.#places = places;
  }

  /** How many run and how many wait. */
  get load(): Load {
    return { busy: this.#busy, waiting: this.#queue.length };
  }

  /** Does the work when there is a lane. OVERLOADED when the queue is full; DEADLINE_EXCEEDED, undone, when nobody waits for it any more. */
  async run<T>(work: () => Promise<T>, expired: () => boolean): Promise<T> {
    this.requirePlace();
    if (this.#busy >= this.#lanes) await this.#wait(expired);
    else this.#busy++;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  /** Refuses at once, before anything else is done, when there is no place. */
  requirePlace(): void {
    if (this.#busy >= this.#lanes && this.#queue.length >= this.#places) {
      throw new IdentityError("OVERLOADED", "Too many password checks at once.", { retryAfter: 1000 });
    }
  }

  #wait(expired: () => boolean): Promise<void> {
    return new Promise((start, refuse) => this.#queue.push({ start, refuse, expired }));
  }

  /** Hands the lane to the first who still waits. */
  #next(): void {
    for (let waiting = this.#queue.shift(); waiting !== undefined; waiting = this.#queue.shift()) {
      if (!waiting.expired()) return waiting.start();
      waiting.refuse(new IdentityError("DEADLINE_EXCEEDED", "The deadline passed before the password was checked."));
    }
    this.#busy--;
  }
}
