import type { Clock } from "../../clock.ts";
import { pause } from "../../clock.ts";
import { MINUTE } from "../../durations.ts";
import type { Store } from "../../store.ts";
import { repeatedly } from "./repeatedly.ts";
import { COUNTED_TABLES, type TableCounts } from "./store.ts";

/** How old stored counts may be; one process counts for so long alone. */
const COUNT_EVERY_MS = 10 * MINUTE;
/** Up to so many rows are counted while a caller waits. */
export const FEW_ROWS = 10_000;

/** How many rows are counted in one statement. */
const PART = 1_000;
/** Between two parts, so that requests come first. */
const PAUSE_MS = 5;

/** Counts the rows of the large tables, in parts, because no engine does so at once. */
export class TableCounter {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Counts while a caller waits; undefined if there are too many rows. */
  countFew(): Promise<TableCounts | undefined> {
    let rows = 0;
    return this.#count((part) => (rows += part) <= FEW_ROWS);
  }

  /** Counts everything and stores it, unless another process does or has done so recently. */
  async run(stopped: () => boolean = () => false): Promise<boolean> {
    const now = this.#clock.now();
    const { statistics } = this.#store;
    if (!(await statistics.holdTables(now, now + COUNT_EVERY_MS))) return false;
    const counts = await this.#count(async () => {
      await pause(PAUSE_MS);
      return !stopped();
    });
    if (counts === undefined) return false;
    await statistics.keepTables(counts);
    return true;
  }

  /** Counts now and again, until the returned function is called. */
  follow(onFault: (error: unknown) => void): () => void {
    return repeatedly((stopped) => this.run(stopped), MINUTE, onFault);
  }

  /** Counts everything as long as `goesOn`, which gets the rows of each part, says so. */
  async #count(
    goesOn: (rows: number) => boolean | Promise<boolean>,
  ): Promise<TableCounts | undefined> {
    const countedAt = this.#clock.now();
    const counts = new Map<string, number>();
    for (const table of COUNTED_TABLES)
      for (let after = "", isFull = true; isFull;) {
        const page = { after, limit: PART };
        const part = await this.#store.statistics.countPart(table, page, countedAt);
        for (const { name, rows } of part.counts) counts.set(name, (counts.get(name) ?? 0) + rows);
        if (!(await goesOn(part.rows))) return undefined;
        isFull = part.rows === PART;
        after = part.last;
      }
    return { countedAt, counts };
  }
}
