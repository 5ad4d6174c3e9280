import type { Config } from "../config/settings.ts";
import type { Logger } from "./log.ts";
import { listenForMetrics, type MetricsListener } from "./metrics-listener.ts";
import type { Metrics } from "./metrics.ts";

/** Creates the metrics if the settings name a port. Otherwise doesn't load their package. */
export async function createMetrics(config: Config): Promise<Metrics | undefined> {
  if (config.metrics === undefined) return undefined;
  const { Metrics: Loaded } = await import("./metrics.ts");
  const metrics = new Loaded();
  metrics.watchProcess();
  return metrics;
}

/**
 * Listens for collectors of the metrics. The default port may belong to another server: without a
 * setting for it, the process then runs without a listener.
 */
export async function openMetrics(
  config: Config,
  log: Logger,
  contentType: string,
  read: () => Promise<string>,
): Promise<MetricsListener | undefined> {
  if (config.metrics === undefined) return undefined;
  const { host, port, required } = config.metrics;
  try {
    return await listenForMetrics({ host, port, contentType, read });
  } catch (err) {
    if (required)
      throw new Error(
        `${host}:${port} can't be listened on: set METRICS_PORT to a free port, or to off, ` +
          "and METRICS_HOST to an address of this machine",
        { cause: err },
      );
    log.warn({ err, port }, "no metrics: set METRICS_PORT");
    return undefined;
  }
}
