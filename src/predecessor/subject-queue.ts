/** Work that waits its turn. */
export interface Queued {
  /** Work of one subject is done in the order in which it came. */
  readonly subject: string;
  /** How much memory it holds. */
  readonly bytes: number;
  /** A client waits for it: it goes before other work, with the earlier work of its subject. */
  readonly isUrgent: boolean;
  readonly work: () => Promise<void>;
}

export interface SubjectQueueOptions {
  /** How much is worked on at once. */
  readonly atOnce: number;
  /** How much may wait, and how many bytes of it. Urgent work is always taken. */
  readonly maxWaiting: number;
  readonly maxBytes: number;
}

/** Does the work of each subject in its order; that of others goes beside it. */
export class SubjectQueue {
  readonly #options: SubjectQueueOptions;
  /** What waits, by subject. */
  readonly #chains = new Map<string, Queued[]>();
  readonly #busy = new Set<string>();
  /** Subjects whose first work may begin; a set keeps the order in which they came. */
  readonly #urgent = new Set<string>();
  readonly #ordinary = new Set<string>();
  #waiting = 0;
  #bytes = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: SubjectQueueOptions) {
    this.#options = options;
  }

  /** Returns false when there is no room. */
  add(queued: Queued): boolean {
    const { maxWaiting, maxBytes } = this.#options;
    const isFull = this.#waiting >= maxWaiting || this.#bytes + queued.bytes > maxBytes;
    if (isFull && !queued.isUrgent) return false;
    this.#waiting++;
    this.#bytes += queued.bytes;
    const chain = this.#chains.get(queued.subject);
    if (chain === undefined) this.#chains.set(queued.subject, [queued]);
    else chain.push(queued);
    this.#ready(queued.subject);
    this.#begin();
    return true;
  }

  /** Resolves when nothing waits and nothing is worked on. */
  idle(): Promise<void> {
    if (this.#chains.size === 0 && this.#busy.size === 0) return Promise.resolve();
    return (this.#idle ??= Promise.withResolvers<void>()).promise;
  }

  /** Puts a subject into the order of those whose work may begin. */
  #ready(subject: string): void {
    if (this.#busy.has(subject)) return;
    if (this.#urgent.has(subject)) return;
    const isUrgent = this.#chains.get(subject)!.some((each) => each.isUrgent);
    if (isUrgent) this.#ordinary.delete(subject);
    (isUrgent ? this.#urgent : this.#ordinary).add(subject);
  }

  #begin(): void {
    while (this.#busy.size < this.#options.atOnce) {
      const ready = this.#urgent.size > 0 ? this.#urgent : this.#ordinary;
      const [subject] = ready;
      if (subject === undefined) return;
      ready.delete(subject);
      void this.#work(subject);
    }
  }

  async #work(subject: string): Promise<void> {
    const chain = this.#chains.get(subject)!;
    const { work, bytes } = chain.shift()!;
    if (chain.length === 0) this.#chains.delete(subject);
    this.#waiting--;
    this.#bytes -= bytes;
    this.#busy.add(subject);
    try {
      await work();
    } finally {
      this.#busy.delete(subject);
      if (this.#chains.has(subject)) this.#ready(subject);
      this.#begin();
      if (this.#chains.size === 0 && this.#busy.size === 0) {
        this.#idle?.resolve();
        this.#idle = undefined;
      }
    }
  }
}
