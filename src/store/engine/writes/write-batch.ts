import { joining, onOwnTime, untilConfirmed } from "../../../domain/call-time.ts";
import { ticks } from "../../../domain/clock.ts";
import { meansUnavailable } from "../errors.ts";
import type { Concurrency } from "../lookup-batch.ts";

/** How many writes go together at most. */
const WRITE_LIMIT = 64;

/**
 * How long writes wait for a running one, in milliseconds. When a connection hangs, the writes that
 * come later don't hang with it.
 */
const PATIENCE = 50;

interface Waiting<Write, Result> {
  readonly write: Write;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes for several callers. All of it is the database's time, as in the call of each. */
const inOwnTime = <T>(write: () => Promise<T>): Promise<T> => onOwnTime(() => joining(write()));

/** How to write. */
interface Ways<Write, Result> {
  /** Writes several, all or none. Rejects to let each be written alone. */
  together(writes: readonly Write[]): Promise<Result>;
  alone(write: Write): Promise<Result>;
  /** Writes one of several that could not be written together; as `alone` if not given. */
  apart?(write: Write): Promise<Result>;
  /** Writes with the same key want the same. Only the first of them is written. */
  keyOf?(write: Write): string;
  /** The result of those who wanted the same, once it has been tried. */
  readonly repeated?: Result;
}

/**
 * Joins writes of one kind. When none is running, a write goes at once. Those that come while one
 * is running go together in the next. Each caller is answered after the commit of its write.
 */
export class WriteBatch<Write, Result> {
  readonly #ways: Ways<Write, Result>;
  readonly #concurrency: Concurrency;
  #waiting: Waiting<Write, Result>[] = [];
  #running = 0;
  #lastBegan = 0;

  constructor(ways: Ways<Write, Result>, concurrency: Concurrency) {
    this.#ways = ways;
    this.#concurrency = concurrency;
  }

  run(write: Write): Promise<Result> {
    if (this.#running === 0 && !this.#concurrency.isCrowded) return this.#runAlone(write);
    return untilConfirmed(() => this.#join(write));
  }

  #join(write: Write): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, resolve, reject });
      if (this.#running === 0) {
        this.#running++;
        setImmediate(() => this.#end());
      } else if (ticks() - this.#lastBegan > PATIENCE) {
        void this.#runTogether();
      }
    });
  }

  async #runAlone(write: Write): Promise<Result> {
    this.#begin();
    try {
      return await this.#ways.alone(write);
    } finally {
      this.#endSoon(this.#concurrency.isLikely());
    }
  }

  async #runTogether(): Promise<void> {
    const members = this.#waiting.slice(0, WRITE_LIMIT);
    this.#waiting = this.#waiting.slice(WRITE_LIMIT);
    const { keyOf } = this.#ways;
    const groups = keyOf
      ? [...Map.groupBy(members, ({ write }) => keyOf(write)).values()]
      : members.map((member) => [member]);
    this.#begin();
    if (groups.length === 1) await this.#runGroup(groups[0]!);
    else await this.#runGroups(groups);
    this.#endSoon(true);
  }

  async #runGroups(groups: readonly Waiting<Write, Result>[][]): Promise<void> {
    try {
      const writes = groups.map(([first]) => first!.write);
      const result = await inOwnTime(() => this.#ways.together(writes));
      for (const group of groups) this.#answer(group, result);
    } catch (error) {
      if (meansUnavailable(error)) for (const member of groups.flat()) member.reject(error);
      else {
        const apart = (write: Write) => this.#ways.apart?.(write) ?? this.#ways.alone(write);
        await Promise.all(groups.map((group) => this.#runGroup(group, apart)));
      }
    }
  }

  /** Writes the first; if that fails, the others may still be written. */
  async #runGroup(
    group: readonly Waiting<Write, Result>[],
    way = (write: Write) => this.#ways.alone(write),
  ): Promise<void> {
    for (const [index, member] of group.entries()) {
      try {
        const result = await inOwnTime(() => way(member.write));
        return this.#answer(group.slice(index), result);
      } catch (error) {
        member.reject(error);
      }
    }
  }

  #answer([first, ...others]: readonly Waiting<Write, Result>[], result: Result): void {
    const { repeated = result } = this.#ways;
    first?.resolve(result);
    for (const { resolve } of others) resolve(repeated);
  }

  #begin(): void {
    this.#running++;
    this.#lastBegan = ticks();
  }

  #endSoon(isLikely: boolean): void {
    if (this.#waiting.length > 0 || !isLikely) this.#end();
    else setImmediate(() => this.#end());
  }

  /** Ends a write, and runs the next ones for those who wait. */
  #end(): void {
    this.#running--;
    if (this.#waiting.length > 0) this.#concurrency.observe();
    while (this.#waiting.length > 0) void this.#runTogether();
  }
}
