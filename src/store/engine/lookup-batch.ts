import { outsideOfCalls } from "../../domain/call-time.ts";
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

/** For how many look-ups others are expected after some were joined. */
const EXPECTED = 64;

/** One in so many look-ups finds out whether others come, although none is expected. */
const PROBE = 32;

/** What the look-ups of one database know of each other. */
export class Concurrency {
  /** Whether several callers go on in this turn of the event loop, so that they can be joined. */
  isCrowded = false;
  #expected = 0;
  #count = 0;

  /** Returns whether a look-up should hold back those that come later in the same turn. */
  isLikely(): boolean {
    if (this.#expected > 0) return this.#expected-- > 0;
    return ++this.#count % PROBE === 0;
  }

  /** Records that look-ups of several callers were joined. */
  observe(): void {
    this.#expected = EXPECTED;
    if (this.isCrowded) return;
    this.isCrowded = true;
    setImmediate(() => (this.isCrowded = false));
  }
}

/**
 * Joins look-ups of one kind. When no statement is running, a look-up goes at once. Those that come
 * while one is running go together in the next. SQLite answers before the process reads the next
 * request, so under load a statement counts as running until the end of its turn of the event loop.
 * A statement begins after each of its callers has asked, so it sees everything that was
 * acknowledged before. An error reaches all of them.
 */
export class LookupBatch<Row> {
  readonly #query: (keys: readonly string[]) => Promise<Row[]>;
  readonly #keyOf: (row: Row) => string;
  readonly #concurrency: Concurrency;
  /** By key. */
  readonly #waiting = new Map<string, Waiting<Row>[]>();
  #running = 0;
  #lastBegan = 0;

  constructor(
    query: (keys: readonly string[]) => Promise<Row[]>,
    keyOf: (row: Row) => string,
    concurrency: Concurrency,
  ) {
    this.#query = query;
    this.#keyOf = keyOf;
    this.#concurrency = concurrency;
  }

  find(key: string): Promise<Row[]> {
    if (this.#running === 0 && !this.#concurrency.isCrowded) return this.#runAlone(key);
    return new Promise((resolve, reject) => {
      const others = this.#waiting.get(key);
      if (others) others.push({ resolve, reject });
      else this.#waiting.set(key, [{ resolve, reject }]);
      if (this.#running === 0) {
        this.#running++;
        setImmediate(() => this.#end());
      } else if (ticks() - this.#lastBegan > PATIENCE) {
        void this.#runTogether();
      }
    });
  }

  async #runAlone(key: string): Promise<Row[]> {
    this.#begin();
    try {
      return await this.#query([key]);
    } finally {
      if (this.#waiting.size > 0 || !this.#concurrency.isLikely()) this.#end();
      else setImmediate(() => this.#end());
    }
  }

  async #runTogether(): Promise<void> {
    const asked = new Map([...this.#waiting].slice(0, KEY_LIMIT));
    for (const key of asked.keys()) this.#waiting.delete(key);
    this.#begin();
    try {
      const rows = await outsideOfCalls(() => this.#query(padded([...asked.keys()])));
      const found = Map.groupBy(rows, this.#keyOf);
      for (const [key, callers] of asked)
        for (const { resolve } of callers) resolve(found.get(key) ?? []);
    } catch (error) {
      for (const callers of asked.values()) for (const { reject } of callers) reject(error);
    }
    if (this.#waiting.size > 0) this.#end();
    else setImmediate(() => this.#end());
  }

  #begin(): void {
    this.#running++;
    this.#lastBegan = ticks();
  }

  /** Ends a statement, and runs the next ones for those who wait. */
  #end(): void {
    this.#running--;
    if (this.#waiting.size > 0) this.#concurrency.observe();
    while (this.#waiting.size > 0) void this.#runTogether();
  }
}

/** Repeats the last key up to a power of two, so that there are few different statements. */
export function padded(keys: string[]): string[] {
  while ((keys.length & (keys.length - 1)) !== 0) keys.push(keys.at(-1)!);
  return keys;
}
