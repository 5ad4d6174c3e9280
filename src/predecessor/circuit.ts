import { ticks } from "../domain/clock.ts";

/** After so many failures in a row the predecessor isn't asked for a while. */
const FAILURES = 5;
/** How long, in milliseconds, until one call tries again. */
const REST_MS = 5_000;

/** Whether calls go through: `half-open` lets one call try. */
export type CircuitState = "closed" | "open" | "half-open";

/** Keeps calls from a predecessor that fails, so that they don't wait for its timeout. */
export class Circuit {
  readonly #now: () => number;
  readonly #onChange: (state: CircuitState) => void;
  #failures = 0;
  #openedAt = 0;
  #state: CircuitState = "closed";

  constructor(onChange: (state: CircuitState) => void, now: () => number = ticks) {
    this.#onChange = onChange;
    this.#now = now;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Returns whether a call may be made. Its outcome must be recorded. */
  allows(): boolean {
    if (this.#state === "closed") return true;
    if (this.#state === "half-open" || this.#now() - this.#openedAt < REST_MS) return false;
    this.#change("half-open");
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#change("closed");
  }

  failed(): void {
    this.#failures++;
    if (this.#state === "closed" && this.#failures < FAILURES) return;
    this.#openedAt = this.#now();
    this.#change("open");
  }

  #change(state: CircuitState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#onChange(state);
  }
}
