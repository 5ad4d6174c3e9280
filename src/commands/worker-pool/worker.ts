import cluster from "node:cluster";
import type { Config } from "../../config/settings.ts";
import { DatabaseClock } from "../../domain/database-clock.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { prepareInstallation } from "../cli/installation.ts";
import { leaveSignalsToPrimary } from "../serve/shutdown.ts";
import { surviveUncaughtErrors } from "../serve/uncaught-errors.ts";
import { startServer } from "../serve/server.ts";
import { openTelemetry } from "../../telemetry/open-telemetry.ts";
import type { FromWorker, Numbers, ToWorker } from "./messages.ts";

/**
 * Serves until the primary says otherwise or exits. Ignores signals, which a terminal or a service
 * manager sends to every process: the primary forwards what they mean.
 */
export async function serveAsWorker(config: Config): Promise<void> {
  leaveSignalsToPrimary();
  const { metrics, telemetry } = await openTelemetry(config, { worker: cluster.worker?.id });
  const { options, secret } = prepareInstallation(config);
  const store = await openStore(options, telemetry.instrumentation);
  const clock = new DatabaseClock(store);
  await clock.measure();
  const server = await startServer({ config, store, clock, telemetry, secret });
  const numbers = async (): Promise<Numbers> => (await metrics?.registry.getMetricsAsJSON()) ?? [];
  const tell = (message: FromWorker): void => void process.send?.(message);
  const obey: Readonly<Record<ToWorker, () => unknown>> = {
    open: () => server.open(),
    numbers: async () => tell({ type: "numbers", numbers: await numbers() }),
    drain: async () => {
      await server.end();
      tell({ type: "drained", numbers: await numbers() });
    },
    exit: () => process.exit(0),
  };
  surviveUncaughtErrors(telemetry.fault);
  process.on("message", (message: ToWorker) => void obey[message]?.());
  tell({ type: "built", url: server.url, issuer: server.issuer, port: server.port });
}
