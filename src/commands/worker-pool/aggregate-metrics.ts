// The metrics of all workers as those of one server. It owns how they are added up, those of
// workers who are gone included, so that no counter ever falls.
import { AggregatorRegistry, Counter, Gauge, Registry } from "prom-client";
import type { WorkerPool } from "./worker-pool.ts";
import type { Numbers } from "./messages.ts";

/** How long a worker has to tell its numbers. */
const PATIENCE_MS = 1_000;

/** What only grows, and so stays true when the worker is gone. */
const GROWING: ReadonlySet<string> = new Set(["counter", "histogram"]);

export class AggregateMetrics {
  readonly #registry = new Registry();
  readonly #serving = new Gauge({
    name: "latchkey_workers",
    help: "Workers that serve.",
    registers: [this.#registry],
  });
  readonly #died = new Counter({
    name: "latchkey_workers_died_total",
    help: "Workers that ended without being told to.",
    registers: [this.#registry],
  });
  readonly #faults = new Counter({
    name: "latchkey_faults_total",
    help: "Errors that nobody foresaw; the log tells each.",
    registers: [this.#registry],
  });
  #gone: Promise<Numbers> = Promise.resolve([]);

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts what nobody foresaw in the first process. */
  fault(): void {
    this.#faults.inc();
  }

  /** Adds the last numbers of a worker that is gone. */
  keep(last: Numbers, unexpected: boolean): void {
    if (unexpected) this.#died.inc();
    const growing = last.filter(({ type }) => GROWING.has(String(type)));
    this.#gone = this.#gone.then((gone) => sum([gone, growing]).getMetricsAsJSON());
  }

  /** The numbers of all in Prometheus' form. */
  async read(crew: WorkerPool): Promise<string> {
    this.#serving.set(crew.serving);
    const own = await this.#registry.getMetricsAsJSON();
    return sum([own, await this.#gone, ...(await crew.numbers(PATIENCE_MS))]).metrics();
  }
}

const sum = (all: readonly Numbers[]): Registry =>
  AggregatorRegistry.aggregate(all.map((numbers) => [...numbers]));
