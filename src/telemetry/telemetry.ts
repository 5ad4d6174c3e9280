// All that is told of a process at work: lines of the log, numbers, spans. It owns which of them
// there are and who hears of what; it may be there before the application is, and must not know
// what answers.
import type { Config } from "../config/settings.ts";
import type { Clock } from "../domain/clock.ts";
import { newId } from "../domain/ids.ts";
import { ticks } from "../domain/clock.ts";
import { type Instrumentation, noInstrumentation } from "../domain/instrumentation.ts";
import { createRecorder, type RequestRecord } from "../http/server/request-record.ts";
import { createAddressOf, createIsProxied } from "../http/server/forwarded.ts";
import type { Handler } from "../http/transcoding/transcoder.ts";
import type { Logger } from "./log.ts";
import type { Gauges, Metrics } from "./metrics.ts";
import { logRequests } from "./requests.ts";
import type { Traces } from "./traces.ts";

/** What must be known of a request to tell of a fault in it. */
type Faulty = Pick<RequestRecord, "id"> & {
  readonly operation: Pick<RequestRecord["operation"], "method" | "route">;
};

export interface Telemetry {
  /** Stands before every answer of a server. */
  readonly front: (handler: Handler) => Handler;
  readonly instrumentation: Instrumentation;
  /** Hears of what nobody foresaw, in a request or outside of any. */
  fault(error: unknown, record?: Faulty): void;
  /** Hears what became of a letter, as far as the log may know. */
  readonly letter: (facts: {
    readonly kind: string;
    readonly domain: string;
    readonly tries: number;
    readonly failure?: string;
  }) => void;
  /** Says what can be looked up. */
  watch(gauges: Gauges): void;
  /** Sends what is not sent yet. */
  close(): Promise<void>;
}

export interface TelemetryDependencies {
  readonly config: Pick<Config, "trustedProxies">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly traces?: Traces | undefined;
}

/** Builds what there is; without metrics nothing is counted, without traces there are no spans. */
export function createTelemetry({
  config,
  clock,
  log,
  metrics,
  traces,
}: TelemetryDependencies): Telemetry {
  const logged = logRequests(log);
  const fault: Telemetry["fault"] = (err, record) => {
    metrics?.fault();
    log.error(
      {
        requestId: record?.id,
        method: record?.operation.method,
        route: record?.operation.route,
        err,
      },
      "fault",
    );
  };
  const letter: Telemetry["letter"] = (facts) =>
    facts.failure === undefined
      ? log.info(facts, "letter")
      : log.warn(facts, "letter not delivered");
  const front = createRecorder({
    newId: () => newId(clock),
    ticks,
    addressOf: createAddressOf(config.trustedProxies),
    trusts: createIsProxied(config.trustedProxies),
    ...(traces && { within: traces.within }),
    ended: (record) => {
      logged(record, traces?.ended(record));
      metrics?.request(record);
    },
    onFault: fault,
  });
  const instrumentation = metrics?.instrumentation ?? noInstrumentation;
  return {
    front,
    fault,
    letter,
    instrumentation: traces?.metering(instrumentation) ?? instrumentation,
    watch: (gauges) => metrics?.watch(gauges),
    close: async () => traces?.close(),
  };
}
