// The metrics of the removal of expired rows. One process at a time removes them.
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** From a millisecond to a chunk that waits for a lock. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export class PurgeMetrics {
  readonly #rows: Counter;
  readonly #chunks: Histogram;
  readonly #holder: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#rows = new Counter({
      name: "latchkey_purged_rows_total",
      help: "Expired rows that were removed; of users and clients, without their rows elsewhere.",
      labelNames: ["table"],
      registers,
    });
    this.#chunks = new Histogram({
      name: "latchkey_purge_chunk_duration_seconds",
      help: "How long it took to remove some rows of a table at once.",
      buckets: SECONDS,
      registers,
    });
    this.#holder = new Gauge({
      name: "latchkey_purging",
      help: "1 while this process is the one that removes expired rows, else 0.",
      registers,
    });
  }

  /** Counts rows that were removed at once. */
  removed(table: string, rows: number, milliseconds: number): void {
    this.#rows.inc({ table }, rows);
    this.#chunks.observe(milliseconds / 1000);
  }

  /** Records whether this process removes rows now. */
  holds(isHolder: boolean): void {
    this.#holder.set(Number(isHolder));
  }
}
