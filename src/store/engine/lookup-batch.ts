import { ticks } from "../../domain/clock.ts";

/** How many keys one statement asks for at most: a power of two. */
const KEY_LIMIT = 64;

/**
 * How long look-ups wait for a running statement, in milliseconds. When a connection hangs, the
 * look-ups that come later don't hang with it.
 */
const PATIENCE = 50;

interface Waiting<Row> {
  readonly resolve: (rows: Row[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Joins look-ups of one kind. When no statement is running, a look-up goes at once. Look-ups that
 * come while one is running go together in the next. So a statement begins after each of its
 * callers has asked, and sees everything that was acknowledged before. An error reaches all of
 * them.
 */
export class LookupBatch<Row> {
  readonly #query: (keys: readonly string[]) => Promise<Row[]>;
  readonly #keyOf: (row: Row) => string;
  /** By key. */
  readonly #waiting = new Map<string, Waiting<Row>[]>();
  #running = 0;
  #lastBegan = 0;

  constructor(query: (keys: readonly string[]) => Promise<Row[]>, keyOf: (row: Row) => string) {
    this.#query = query;
    this.#keyOf = keyOf;
  }

  find(key: string): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const others = this.#waiting.get(key);
      if (others) others.push({ resolve, reject });
      else this.#waiting.set(key, [{ resolve, reject }]);
      if (this.#running === 0 || ticks() - this.#lastBegan > PATIENCE) void this.#runNext();
    });
  }

  async #runNext(): Promise<void> {
    const asked = this.#take();
    this.#running++;
    this.#lastBegan = ticks();
    try {
      const found = Map.groupBy(await this.#query(padded([...asked.keys()])), this.#keyOf);
      for (const [key, callers] of asked)
        for (const { resolve } of callers) resolve(found.get(key) ?? []);
    } catch (error) {
      for (const callers of asked.values()) for (const { reject } of callers) reject(error);
    } finally {
      this.#running--;
      while (this.#waiting.size > 0) void this.#runNext();
    }
  }

  #take(): Map<string, Waiting<Row>[]> {
    const taken = new Map([...this.#waiting].slice(0, KEY_LIMIT));
    for (const key of taken.keys()) this.#waiting.delete(key);
    return taken;
  }
}

/** Repeats the last key up to a power of two, so that the number of different statements is small. */
function padded(keys: string[]): string[] {
  while ((keys.length & (keys.length - 1)) !== 0) keys.push(keys.at(-1)!);
  return keys;
}
