// The metrics of a move from another server. No client can add a series: APIs, stages and routes
// are those of the program, and fields are counted by name only up to a limit.
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What telemetry knows of a call that has stages. */
export interface ObservedCall {
  readonly api: string;
  readonly stage: string;
  readonly route: string;
  readonly outcome: string;
  readonly differences: readonly { readonly field: string }[];
}

/** How many users were learnt, have a password here, and have none. */
export type UserCounter = (api: string) => Promise<Readonly<Record<UserGroup, number>>>;

const USER_GROUPS = ["learned", "known", "missing"] as const;
type UserGroup = (typeof USER_GROUPS)[number];

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const CIRCUIT: Readonly<Record<string, number>> = { closed: 0, "half-open": 1, open: 2 };
/** How many kinds of differences have a series of their own. */
const MAX_FIELDS = 100;
/** How old the counts of users may be: a count reads an index of all users. */
const COUNTS_MS = 60_000;

export class PredecessorMetrics {
  readonly #calls: Counter;
  readonly #differences: Counter;
  readonly #errors: Counter;
  readonly #dropped: Counter;
  readonly #durations: Histogram;
  readonly #circuits: Gauge;
  readonly #fields = new Set<string>();
  #counts: { readonly apis: readonly string[]; readonly of: UserCounter } | undefined;
  #countedAt = -Infinity;

  constructor(registry: Registry, now: () => number) {
    const registers = [registry];
    this.#calls = new Counter({
      name: "latchkey_predecessor_requests_total",
      help: "Calls that have stages, by how the answers compare.",
      labelNames: ["api", "stage", "outcome"],
      registers,
    });
    this.#differences = new Counter({
      name: "latchkey_predecessor_differences_total",
      help: "Fields in which an answer differs from the predecessor's.",
      labelNames: ["api", "route", "field"],
      registers,
    });
    this.#errors = new Counter({
      name: "latchkey_predecessor_errors_total",
      help: "Calls that the predecessor didn't answer, or not as documented.",
      labelNames: ["api"],
      registers,
    });
    this.#dropped = new Counter({
      name: "latchkey_predecessor_dropped_total",
      help: "Answered calls that were neither learnt nor compared, because too many waited.",
      registers,
    });
    this.#durations = new Histogram({
      name: "latchkey_predecessor_duration_seconds",
      help: "How long the predecessor took.",
      labelNames: ["api"],
      buckets: SECONDS,
      registers,
    });
    this.#circuits = new Gauge({
      name: "latchkey_predecessor_circuit",
      help: "0 while the predecessor is asked, 1 while one call tries, 2 while it is not asked.",
      labelNames: ["api"],
      aggregator: "max",
      registers,
    });
    const collect = (gauge: Gauge): Promise<void> => this.#count(gauge, now());
    new Gauge({
      name: "latchkey_predecessor_users",
      help: "Users learnt from traffic, with a password here, and without one.",
      labelNames: ["api", "group"],
      aggregator: "max",
      registers,
      async collect() {
        await collect(this);
      },
    });
  }

  /** Counts the users of these APIs whenever the metrics are read, at most once a minute. */
  watchUsers(apis: readonly string[], of: UserCounter): void {
    this.#counts = { apis, of };
  }

  readonly observed = ({ api, stage, route, outcome, differences }: ObservedCall): void => {
    this.#calls.inc({ api, stage, outcome });
    for (const { field } of differences)
      this.#differences.inc({ api, route, field: this.#known(`${api} ${route} ${field}`, field) });
  };

  readonly asked = (api: string, milliseconds: number, failed: boolean): void => {
    this.#durations.observe({ api }, milliseconds / 1000);
    this.#errors.inc({ api }, Number(failed));
  };

  readonly circuit = (api: string, state: string): void =>
    this.#circuits.set({ api }, CIRCUIT[state] ?? 0);

  readonly dropped = (): void => this.#dropped.inc();

  #known(key: string, field: string): string {
    if (this.#fields.size < MAX_FIELDS) this.#fields.add(key);
    return this.#fields.has(key) ? field : "other";
  }

  async #count(gauge: Gauge, now: number): Promise<void> {
    if (this.#counts === undefined || now - this.#countedAt < COUNTS_MS) return;
    this.#countedAt = now;
    for (const api of this.#counts.apis) {
      const counts = await this.#counts.of(api).catch(() => undefined);
      if (counts === undefined) continue;
      for (const group of USER_GROUPS) gauge.set({ api, group }, counts[group]);
    }
  }
}
