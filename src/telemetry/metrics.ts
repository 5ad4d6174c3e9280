// The numbers of a process, for Prometheus. It owns their names and labels, none of which a client
// can choose, and must not know who asks for them.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { ticks } from "../domain/clock.ts";
import type { Load, Instrumentation } from "../domain/instrumentation.ts";
import type { RequestRecord } from "../http/server/request-record.ts";
import type { Operation } from "../http/types.ts";

/** From a millisecond to the longest that a call may take. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** What is looked up only when somebody asks. */
export interface Gauges {
  readonly hashes: () => Load;
  readonly store: () => Load;
  readonly ready: () => Promise<boolean>;
}

/** What is kept for an operation, so that a request costs no look-up by its labels. */
interface Kept {
  readonly duration: Histogram.Internal<string>;
  readonly outcomes: Map<string, Counter.Internal>;
}

/** The metrics of one process. */
export class Metrics {
  readonly registry = new Registry();
  readonly instrumentation: Instrumentation;
  readonly #kept = new WeakMap<Operation, Kept>();
  readonly #requests = this.#counter(
    "requests_total",
    "Requests that have been answered, or left by their client.",
    ["protocol", "method", "route", "status", "reason"],
  );
  readonly #durations = this.#histogram("request_duration_seconds", "How long requests took.", [
    "protocol",
    "method",
    "route",
  ]);
  readonly #faults = this.#counter(
    "faults_total",
    "Errors that nobody foresaw; the log tells each.",
  );
  readonly #dropped = this.#counter(
    "log_lines_dropped_total",
    "Lines of the log that nobody read in time.",
  );

  constructor() {
    this.instrumentation = this.#createMeter();
  }

  /** Counts a request that is over. */
  readonly request = ({ operation, status, reason, durationMs }: RequestRecord): void => {
    const { protocol, method, route } = operation;
    let kept = this.#kept.get(operation);
    if (kept === undefined)
      this.#kept.set(
        operation,
        (kept = { duration: this.#durations.labels(protocol, method, route), outcomes: new Map() }),
      );
    kept.duration.observe(durationMs / 1000);
    const outcome = `${status} ${reason}`;
    let counter = kept.outcomes.get(outcome);
    if (counter === undefined)
      kept.outcomes.set(
        outcome,
        (counter = this.#requests.labels(protocol, method, route, String(status), reason)),
      );
    counter.inc();
  };

  /** Counts what nobody foresaw. */
  readonly fault = (): void => this.#faults.inc();

  /** Counts what the log has lost. */
  readonly dropped = (lines: number): void => this.#dropped.inc(lines);

  /** Looks these up whenever somebody asks. */
  watch({ hashes, store, ready }: Gauges): void {
    this.#gauge(
      "password_hash_lanes_busy",
      "Passwords that are being hashed.",
      () => hashes().busy,
    );
    this.#gauge(
      "password_hash_queue",
      "Calls that wait for a password to be hashed.",
      () => hashes().waiting,
    );
    this.#gauge(
      "store_connections_busy",
      "Connections to the database in use.",
      () => store().busy,
    );
    this.#gauge(
      "store_connection_queue",
      "Work that waits for a connection to the database.",
      () => store().waiting,
    );
    this.#gauge(
      "ready",
      "1 when calls are taken and the database is reached with its schema.",
      async () => Number(await ready().catch(() => false)),
      "min",
    );
  }

  /** Adds what node knows of the process: memory, CPU, garbage, the lag of the event loop. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  #createMeter(): Instrumentation {
    const hashes = this.#histogram(
      "password_hash_duration_seconds",
      "How long the hashing or checking of a password took, without waiting.",
    );
    const refused = this.#counter(
      "password_hash_refused_total",
      "Calls refused because too many waited for a password to be hashed.",
    );
    const transactions = this.#histogram(
      "store_transaction_duration_seconds",
      "How long transactions took, with all their tries.",
    );
    const statements = this.#histogram(
      "store_statement_duration_seconds",
      "How long statements took.",
      ["statement"],
    );
    const failures = this.#counter(
      "store_statement_failures_total",
      "Statements that failed, those that met a taken unique value included.",
      ["statement"],
    );
    const retries = this.#counter(
      "store_retries_total",
      "How often work was done again because something else was in the way.",
    );
    const signIns = this.#counter(
      "sign_ins_total",
      "Passwords offered; without a reason, they were right.",
      ["reason"],
    );
    const tokens = this.#counter(
      "tokens_issued_total",
      "Answers of the token endpoint that held tokens.",
      ["grant"],
    );
    const byKind = new Map<string, Histogram.Internal<string>>();
    return {
      hash: (work) => timed(hashes, work),
      hashRefused: () => refused.inc(),
      transaction: (work) => timed(transactions, work),
      statement: (kind, milliseconds, failed) => {
        let duration = byKind.get(kind);
        if (duration === undefined) byKind.set(kind, (duration = statements.labels(kind)));
        duration.observe(milliseconds / 1000);
        if (failed) failures.inc({ statement: kind });
      },
      retried: () => retries.inc(),
      signedIn: (reason) => signIns.inc({ reason }),
      issued: (grant) => tokens.inc({ grant }),
    };
  }

  #counter(name: string, help: string, labelNames: string[] = []): Counter {
    return new Counter({ name: `latchkey_${name}`, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, labelNames: string[] = []): Histogram {
    return new Histogram({
      name: `latchkey_${name}`,
      help,
      labelNames,
      buckets: SECONDS,
      registers: [this.registry],
    });
  }

  /** `among` says how those of several processes are one. */
  #gauge(
    name: string,
    help: string,
    read: () => number | Promise<number>,
    among: "sum" | "min" = "sum",
  ): void {
    new Gauge({
      name: `latchkey_${name}`,
      help,
      aggregator: among,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }
}

/** Does the work and notes how long it took, be it in vain. */
async function timed<T>(duration: Histogram, work: () => Promise<T>): Promise<T> {
  const startedAt = ticks();
  try {
    return await work();
  } finally {
    duration.observe((ticks() - startedAt) / 1000);
  }
}
