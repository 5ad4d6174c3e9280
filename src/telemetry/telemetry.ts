// The log, the metrics and the spans of a process. It can be created before the application.
import type { Config } from "../config/settings.ts";
import type { Clock } from "../domain/clock.ts";
import { ticks } from "../domain/clock.ts";
import { type Instrumentation, noInstrumentation } from "../domain/instrumentation.ts";
import type { RequestRecord } from "../http/server/request-record.ts";
import { createAddressOf, createIsProxied } from "../http/server/forwarded.ts";
import type { Logger } from "./log.ts";
import type { EmailFailure, Gauges, LogoutTokenOutcome, Metrics } from "./metrics.ts";
import type { PredecessorMetrics } from "./predecessor-metrics.ts";
import { createRequestIds } from "./request-ids.ts";
import { logRequests } from "./requests.ts";
import { logStoreFailures } from "./store-failures.ts";
import type { Traces } from "./traces.ts";
import { createRecorder } from "../http/server/recorder.ts";
import type { Handler } from "../http/types.ts";

/** What the log says of the request in which an unexpected error occurs. */
type Faulty = Pick<RequestRecord, "id"> & {
  readonly operation: Pick<RequestRecord["operation"], "method" | "route">;
};

export interface Telemetry {
  /** Wraps the handler of a server, so that each request is recorded. */
  readonly front: (handler: Handler) => Handler;
  readonly instrumentation: Instrumentation;
  /** Receives unexpected errors, in a request or outside of any. */
  fault(error: unknown, record?: Faulty): void;
  /** Counts an e-mail that begins to wait for its delivery. */
  readonly emailQueued: () => void;
  /** Receives the result of each e-mail, without its address and its text. */
  readonly emailSettled: (facts: {
    readonly kind: string;
    readonly domain: string;
    readonly tries: number;
    readonly failure?: string;
    readonly reason?: EmailFailure;
  }) => void;
  /** Receives what became of each try to tell a client of a logout. */
  readonly logoutSettled: (facts: {
    readonly clientId: string;
    readonly outcome: LogoutTokenOutcome;
    readonly tries: number;
    readonly reason: string;
  }) => void;
  /** Receives whether the database can be written, when that changes. */
  writable(writable: boolean): void;
  /**
   * Names the function to call when a call could not use the database, or waits long for it, or it
   * has another host.
   */
  whenStoreFails(listener: () => void): void;
  /** The metrics of a move from another server, if there are any. */
  readonly predecessors: PredecessorMetrics | undefined;
  /** Adds values that the metrics read. */
  watch(gauges: Gauges): void;
  /** Sends the spans that are still waiting. */
  close(): Promise<void>;
}

export interface TelemetryDependencies {
  readonly config: Pick<Config, "trustedProxies">;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly traces?: Traces | undefined;
}

/** Combines the log with the metrics and the traces, if there are any. */
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
  const emailSettled: Telemetry["emailSettled"] = (facts) => {
    metrics?.emailSettled(facts.reason);
    if (facts.failure === undefined) log.info(facts, "letter");
    else log.warn(facts, "letter not delivered");
  };
  const logoutSettled: Telemetry["logoutSettled"] = (facts) => {
    metrics?.logoutSettled(facts.outcome);
    if (facts.outcome === "sent") log.info(facts, "logout token");
    else log.warn(facts, "logout token not delivered");
  };
  const front = createRecorder({
    newId: createRequestIds(clock),
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
  const logFailure = logStoreFailures(log);
  let onStoreTrouble = (): void => undefined;
  const counting = metrics?.instrumentation ?? noInstrumentation;
  const instrumentation: Instrumentation = {
    ...counting,
    storeFailed: (failure) => {
      counting.storeFailed(failure);
      logFailure(failure);
      onStoreTrouble();
    },
    lockAwaited: () => onStoreTrouble(),
    hostChanged: (change) => {
      counting.hostChanged(change);
      log.warn(change, "another database host");
      onStoreTrouble();
    },
  };
  return {
    front,
    fault,
    emailQueued: () => metrics?.emailQueued(),
    emailSettled,
    logoutSettled,
    writable: (writable) => {
      if (writable) log.info("writes work again");
      else log.error("not ready: the database can't be written");
    },
    whenStoreFails: (listener) => (onStoreTrouble = listener),
    instrumentation: traces?.instrument(instrumentation) ?? instrumentation,
    predecessors: metrics?.predecessors,
    watch: (gauges) => metrics?.watch(gauges),
    close: async () => traces?.close(),
  };
}
