// The metrics of a server: whether there are any, and where they are read. Without them nothing of
// their package is loaded.
import type { Config } from "../config/settings.ts";
import type { Logger } from "./log.ts";
import { listenForMetrics, type MetricsListener } from "./metrics-listener.ts";
import type { Metrics } from "./metrics.ts";

/** The metrics of this process, if they are wanted. */
export async function createMetrics(config: Config): Promise<Metrics | undefined> {
  if (config.metrics === undefined) return undefined;
  const { Metrics: Loaded } = await import("./metrics.ts");
  const metrics = new Loaded();
  metrics.watchProcess();
  return metrics;
}

/**
 * Opens their port. One that nobody asked for may be another server's: then this one goes without.
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
        `${host}:${port} can't be listened on: set METRICS_PORT to a free port, or to off, and METRICS_HOST to an address of this machine`,
        { cause: err },
      );
    log.warn({ err, port }, "no metrics: set METRICS_PORT");
    return undefined;
  }
}
