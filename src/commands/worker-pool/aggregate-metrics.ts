import { AggregatorRegistry, Counter, Gauge, Registry } from "prom-client";
import { PurgeMetrics } from "../../telemetry/purge-metrics.ts";
import type { WorkerPool } from "./worker-pool.ts";
import type { Numbers } from "./messages.ts";

/** How long a worker has to send its metrics. */
const PATIENCE_MS = 1_000;

/** The types that only grow: kept when a worker is gone, so that no counter ever falls. */
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
    help: "Workers that ended unexpectedly.",
    registers: [this.#registry],
  });
  readonly #faults = new Counter({
    name: "latchkey_faults_total",
    help: "Unexpected errors; the log has each.",
    registers: [this.#registry],
  });
  /** The primary process removes expired rows. */
  readonly purges = new PurgeMetrics(this.#registry);
  #gone: Promise<Numbers> = Promise.resolve([]);

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts unexpected errors of the primary process. */
  fault(): void {
    this.#faults.inc();
  }

  /** Adds the last metrics of a worker that has ended. */
  keep(last: Numbers, unexpected: boolean): void {
    if (unexpected) this.#died.inc();
    const growing = last.filter(({ type }) => GROWING.has(String(type)));
    this.#gone = this.#gone.then((gone) => sum([gone, growing]).getMetricsAsJSON());
  }

  /** Returns the sum of all workers in Prometheus' text format. */
  async read(crew: WorkerPool): Promise<string> {
    this.#serving.set(crew.serving);
    const own = await this.#registry.getMetricsAsJSON();
    return sum([own, await this.#gone, ...(await crew.numbers(PATIENCE_MS))]).metrics();
  }
}

const sum = (all: readonly Numbers[]): Registry =>
  AggregatorRegistry.aggregate(all.map((numbers) => [...numbers]));
