// The metrics of a process for Prometheus. No label has a value that a client can choose.
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import {
  type Load,
  type Instrumentation,
  HOST_CHANGES,
  STORE_FAILURES,
} from "../domain/instrumentation.ts";
import type { RequestRecord } from "../http/server/request-record.ts";
import type { Operation } from "../http/types.ts";
import { ticks } from "../domain/clock.ts";
import { PredecessorMetrics } from "./predecessor-metrics.ts";
import { PurgeMetrics } from "./purge-metrics.ts";

/** The buckets: from a millisecond to the longest that a call may take. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Values that are read only when a client collects the metrics. */
export interface Gauges {
  readonly hashes: () => Load;
  readonly store: () => Load;
  readonly emails: () => { readonly waiting: number; readonly oldestMs: number };
  readonly ready: () => Promise<boolean>;
  /** How far the machine's clock is ahead of the database's, in milliseconds. */
  readonly clockAhead: () => number;
}

/** Why an e-mail was given up. */
const EMAIL_FAILURES = [
  "connection",
  "timeout",
  "tls",
  "authentication",
  "deferred",
  "refused",
  "other",
] as const;
export type EmailFailure = (typeof EMAIL_FAILURES)[number];

/** What becomes of a try to tell a client of a logout. Only a failed one is tried again. */
const LOGOUT_OUTCOMES = ["sent", "failed", "given-up"] as const;
export type LogoutTokenOutcome = (typeof LOGOUT_OUTCOMES)[number];

/** The metrics of one operation, so that a request needs no look-up by its labels. */
interface OperationMetrics {
  readonly duration: Histogram.Internal<string>;
  /** By status and reason. */
  readonly outcomes: Map<string, Outcome>;
}

/** How often a request ended in one way. Its counter is brought up to date when it is read. */
interface Outcome {
  readonly counter: Counter.Internal;
  count: number;
}

/** The metrics of one process. */
export class Metrics {
  readonly registry = new Registry();
  readonly instrumentation: Instrumentation;
  readonly predecessors = new PredecessorMetrics(this.registry, ticks);
  readonly purges = new PurgeMetrics(this.registry);
  readonly #operations = new WeakMap<Operation, OperationMetrics>();
  /** The outcomes since the last collection. */
  readonly #fresh = new Set<Outcome>();
  readonly #requests = this.#counter(
    "requests_total",
    "Finished requests, also those that the client has cancelled.",
    ["protocol", "method", "route", "status", "reason"],
    () => this.#countOutcomes(),
  );
  readonly #durations = this.#histogram("request_duration_seconds", "How long requests took.", [
    "protocol",
    "method",
    "route",
  ]);
  readonly #faults = this.#counter(
    "faults_total",
    "Unexpected errors. The log has a line for each.",
  );
  readonly #dropped = this.#counter(
    "log_lines_dropped_total",
    "Lines of the log that were dropped because their reader was too slow.",
  );

  readonly #emailsQueued = this.#counter(
    "emails_queued_total",
    "E-mails that began to wait for their delivery.",
  );
  readonly #emailsSent = this.#counter(
    "emails_sent_total",
    "E-mails that the mail server or the folder took.",
  );
  readonly #emailsFailed = this.#counter(
    "emails_failed_total",
    "E-mails that were given up, by the reason of the last try.",
    ["reason"],
  );
  readonly #logouts = this.#counter(
    "logout_tokens_total",
    "Tries to tell a client that a session has ended, by what became of them.",
    ["outcome"],
  );

  constructor() {
    this.instrumentation = this.#createInstrumentation();
    // A series that begins with its first failure shows no increase to an alert.
    for (const reason of EMAIL_FAILURES) this.#emailsFailed.inc({ reason }, 0);
    for (const outcome of LOGOUT_OUTCOMES) this.#logouts.inc({ outcome }, 0);
  }

  /** Counts an e-mail that begins to wait. */
  readonly emailQueued = (): void => this.#emailsQueued.inc();

  /** Counts an e-mail that is sent, or given up for a reason. */
  readonly emailSettled = (reason?: EmailFailure): void =>
    reason === undefined ? this.#emailsSent.inc() : this.#emailsFailed.inc({ reason });

  /** Counts a try to tell a client of a logout. */
  readonly logoutSettled = (outcome: LogoutTokenOutcome): void => this.#logouts.inc({ outcome });

  /** Counts a finished request. */
  readonly request = ({ operation, status, reason, durationMs }: RequestRecord): void => {
    const { protocol, method, route } = operation;
    let metrics = this.#operations.get(operation);
    if (metrics === undefined) {
      const duration = this.#durations.labels(protocol, method, route);
      this.#operations.set(operation, (metrics = { duration, outcomes: new Map() }));
    }
    metrics.duration.observe(durationMs / 1000);
    const outcome = `${status} ${reason}`;
    let known = metrics.outcomes.get(outcome);
    if (known === undefined) {
      const counter = this.#requests.labels(protocol, method, route, String(status), reason);
      metrics.outcomes.set(outcome, (known = { counter, count: 0 }));
    }
    if (known.count++ === 0) this.#fresh.add(known);
  };

  #countOutcomes(): void {
    for (const outcome of this.#fresh) {
      outcome.counter.inc(outcome.count);
      outcome.count = 0;
    }
    this.#fresh.clear();
  }

  /** Counts an unexpected error. */
  readonly fault = (): void => this.#faults.inc();

  /** Counts dropped lines of the log. */
  readonly dropped = (lines: number): void => this.#dropped.inc(lines);

  /** Adds metrics that are read whenever a client collects the metrics. */
  watch({ hashes, store, emails, ready, clockAhead }: Gauges): void {
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
      "Statements and transactions that wait for a connection to the database.",
      () => store().waiting,
    );
    this.#gauge("email_queue", "E-mails that wait or are under way.", () => emails().waiting);
    this.#gauge(
      "email_oldest_seconds",
      "How long the oldest of these e-mails has waited.",
      () => emails().oldestMs / 1000,
      "max",
    );
    this.#gauge(
      "ready",
      "1 if the server accepts calls and can write a database with the right schema, else 0.",
      async () => Number(await ready().catch(() => false)),
      "min",
    );
    this.#gauge(
      "clock_ahead_seconds",
      "How far the machine's clock is ahead of the database's, which decides; negative if behind.",
      () => clockAhead() / 1000,
      "max",
    );
  }

  /** Adds node's metrics of the process: memory, CPU, garbage collection, event loop lag. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  #createInstrumentation(): Instrumentation {
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
      "How long transactions took, with all their retries.",
    );
    const statements = this.#histogram(
      "store_statement_duration_seconds",
      "How long statements took.",
      ["statement"],
    );
    const failures = this.#counter(
      "store_statement_failures_total",
      "Failed statements, including those that violate a unique index.",
      ["statement"],
    );
    const retries = this.#counter(
      "store_retries_total",
      "Retries of statements and transactions after a conflict.",
    );
    const storeErrors = this.#counter(
      "store_errors_total",
      "Calls and checks that failed because the database could not be used.",
      ["cause"],
    );
    for (const cause of STORE_FAILURES) storeErrors.inc({ cause }, 0);
    const hostChanges = this.#counter(
      "store_host_changes_total",
      "Changes to another host of DATABASE_URL.",
      ["reason"],
    );
    for (const reason of HOST_CHANGES) hostChanges.inc({ reason }, 0);
    const signIns = this.#counter(
      "sign_ins_total",
      "Attempts to sign in with a password. Without a reason, the password was right.",
      ["reason"],
    );
    const tokens = this.#counter(
      "tokens_issued_total",
      "Responses of the token endpoint that contain tokens.",
      ["grant"],
    );
    const byKind = new Map<string, Histogram.Internal<string>>();
    return {
      hash: (work) => observed(hashes, work),
      hashRefused: () => refused.inc(),
      transaction: (work) => observed(transactions, work),
      statement: (kind, milliseconds, failed) => {
        let duration = byKind.get(kind);
        if (duration === undefined) byKind.set(kind, (duration = statements.labels(kind)));
        duration.observe(milliseconds / 1000);
        if (failed) failures.inc({ statement: kind });
      },
      retried: () => retries.inc(),
      storeFailed: ({ cause }) => storeErrors.inc({ cause }),
      lockAwaited: () => undefined,
      hostChanged: ({ reason }) => hostChanges.inc({ reason }),
      signedIn: (reason) => signIns.inc({ reason }),
      issued: (grant) => tokens.inc({ grant }),
    };
  }

  /** Adds a counter. `collect` is called before it is read. */
  #counter(
    name: string,
    help: string,
    labelNames: string[] = [],
    collect: () => void = () => undefined,
  ): Counter {
    const registers = [this.registry];
    return new Counter({ name: `latchkey_${name}`, help, labelNames, registers, collect });
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

  /** Adds a gauge. `aggregator` combines the values of several processes. */
  #gauge(
    name: string,
    help: string,
    read: () => number | Promise<number>,
    aggregator: "sum" | "min" | "max" = "sum",
  ): void {
    new Gauge({
      name: `latchkey_${name}`,
      help,
      aggregator,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }
}

/** Runs the work and observes its duration, also when it fails. */
async function observed<T>(duration: Histogram, work: () => Promise<T>): Promise<T> {
  const end = duration.startTimer();
  try {
    return await work();
  } finally {
    end();
  }
}
