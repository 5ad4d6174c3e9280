// A steady load: each thing is done so many times a second, however long the one before takes.

/** Something that the load does again and again. */
export interface Move {
  readonly name: string;
  readonly perSecond: number;
  /** Rejects when the answer is not the one that is right. */
  do(count: number): Promise<unknown>;
}

/** How many of one kind may be under way; more are left out, and counted. */
const AT_ONCE = 20;
/** How many failures are shown. */
const SHOWN = 20;

/** Moves that are under way until they are stopped. */
export class SteadyLoad {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #under = new Set<Promise<void>>();
  readonly #say: (failure: string) => void;
  done = 0;
  failed = 0;
  /** What was left out, because too many of its kind were under way. */
  left = 0;

  /** `say` shows the first failures. */
  constructor(moves: readonly Move[], say: (failure: string) => void) {
    this.#say = say;
    for (const move of moves) this.#begin(move);
  }

  #begin({ name, perSecond, do: act }: Move): void {
    let [count, under] = [0, 0];
    const turn = async (): Promise<void> => {
      under++;
      try {
        await act(count++);
        this.done++;
      } catch (error) {
        if (this.failed++ < SHOWN) this.#say(`${name}: ${String(error)}`);
      }
      under--;
    };
    const timer = setInterval(() => {
      if (under >= AT_ONCE) {
        this.left++;
        return;
      }
      const promise: Promise<void> = turn().finally(() => this.#under.delete(promise));
      this.#under.add(promise);
    }, 1_000 / perSecond);
    this.#timers.push(timer);
  }

  /** Begins nothing more, and waits for what is under way. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await Promise.all(this.#under);
  }
}
