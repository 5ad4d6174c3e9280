// Who is next where only so many may go at once and only who is done knows whether another may
// follow. It owns the queue of one such place in this process, and must not know what the turns are
// for.

/**
 * A turn that is left passes to the first who waits for one; when nobody has a turn any more,
 * nobody waits.
 */
export class AttemptQueue {
  #held = 0;
  #unused = 0;
  readonly #waiting: ((turn: boolean) => void)[] = [];

  /** How many turns were left for another while nobody waited. */
  get unused(): number {
    return this.#unused;
  }

  /** Begins a turn that nobody has left. */
  begin(): void {
    this.#held++;
  }

  /** Waits for a turn that somebody leaves; false when there is nobody left who could. */
  next(): Promise<boolean> {
    if (this.#held === 0) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends a turn, which another may have or not. */
  leave(forAnother: boolean): void {
    const next = forAnother ? this.#waiting.shift() : undefined;
    if (next !== undefined) return next(true);
    if (forAnother) this.#unused++;
    this.#held--;
    if (this.#held === 0) for (const each of this.#waiting.splice(0)) each(false);
  }
}
