/**
 * The checks of one account in this process. A check that takes its attempt back passes its turn to
 * the next waiting check. When no check holds a turn any more, no check can make room, and all
 * waiting ones get false.
 */
export class AttemptQueue {
  #held = 0;
  #unused = 0;
  readonly #waiting: ((turn: boolean) => void)[] = [];

  /** How many turns were passed on while no check was waiting. */
  get unused(): number {
    return this.#unused;
  }

  /** Starts a turn that no other check has passed on. */
  begin(): void {
    this.#held++;
  }

  /** Waits for a turn; resolves to false when no check in this process can pass one on. */
  next(): Promise<boolean> {
    if (this.#held === 0) return Promise.resolve(false);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends a turn, and passes it on if it made room for another check. */
  leave(forAnother: boolean): void {
    const next = forAnother ? this.#waiting.shift() : undefined;
    if (next !== undefined) return next(true);
    if (forAnother) this.#unused++;
    this.#held--;
    if (this.#held === 0) for (const each of this.#waiting.splice(0)) each(false);
  }
}

/** One queue for each key that is in use. */
export class AttemptQueues {
  readonly #queues = new Map<string, { readonly queue: AttemptQueue; users: number }>();

  /** Runs work with the queue of the key. The queue lives as long as any such work runs. */
  async within<T>(key: string, work: (queue: AttemptQueue) => Promise<T>): Promise<T> {
    const entry = this.#queues.get(key) ?? { queue: new AttemptQueue(), users: 0 };
    this.#queues.set(key, entry);
    entry.users++;
    try {
      return await work(entry.queue);
    } finally {
      entry.users--;
      if (entry.users === 0) this.#queues.delete(key);
    }
  }
}
