import type { Config } from "../config/settings.ts";
import { systemClock } from "../domain/clock.ts";
import type { Logger } from "./log.ts";
import { createLog } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { createTelemetry, type Telemetry } from "./telemetry.ts";
import { createMetrics } from "./serve-metrics.ts";
import { createTraces } from "./open-traces.ts";

export interface OpenedTelemetry {
  readonly log: Logger;
  readonly metrics: Metrics | undefined;
  readonly telemetry: Telemetry;
}

/** Opens the log, the metrics and the traces by the settings. Each line of the log has `base`. */
export async function openTelemetry(config: Config, base: object = {}): Promise<OpenedTelemetry> {
  const metrics = await createMetrics(config);
  const log = createLog(config.logLevel, { onDrop: metrics?.dropped, base });
  return {
    log,
    metrics,
    telemetry: createTelemetry({
      config,
      clock: systemClock,
      log,
      metrics,
      traces: await createTraces(config, log),
    }),
  };
}
