import { readConfig } from "../../config/settings.ts";
import { DatabaseClock } from "../../domain/database-clock.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { banner } from "./banner.ts";
import { handleSignals, ignoreOtherSignals } from "./shutdown.ts";
import { ignoreUnreadOutput } from "../cli/standard-output.ts";
import { reloadCertificate } from "./reload.ts";
import { prepareInstallation } from "../cli/installation.ts";
import { surviveUncaughtErrors } from "./uncaught-errors.ts";
import { openMetrics } from "../../telemetry/serve-metrics.ts";
import { startServer } from "./server.ts";
import { openTelemetry } from "../../telemetry/open-telemetry.ts";
import {
  admitFirstAdministrator,
  administratorFile,
  bringSchema,
  startMaintenance,
  warnOfNearSettings,
  warnOfWeakKey,
} from "./maintenance.ts";

/** Serves in one process, or starts workers, until SIGTERM, SIGINT or SIGQUIT. */
export async function serve(): Promise<void> {
  ignoreOtherSignals();
  ignoreUnreadOutput();
  const config = readConfig();
  if (config.workers > 1) return (await import("../worker-pool/start.ts")).serveWithWorkers(config);
  const { log, metrics, telemetry } = await openTelemetry(config);
  warnOfNearSettings(log);
  warnOfWeakKey(config, log);
  const { options, secret } = prepareInstallation(config);
  await bringSchema(options, log);
  const store = await openStore(options, telemetry.instrumentation);
  // A start that can't write ends here, before it says that it listens.
  await store.checkWritable(true);
  const clock = new DatabaseClock(store);
  await clock.measure();
  await admitFirstAdministrator(config, store);
  const server = await startServer({ config, store, clock, telemetry, secret });
  const reading =
    metrics &&
    (await openMetrics(config, log, metrics.registry.contentType, () =>
      metrics.registry.metrics(),
    ));
  surviveUncaughtErrors(telemetry.fault);
  server.open();
  process.stdout.write(
    banner({ ...server, metricsUrl: reading?.url, config, adminFile: administratorFile(config) }),
  );
  const stopTidying = startMaintenance({ store, clock, log, metrics: metrics?.purges }, config);
  handleSignals(log, {
    end: async () => {
      await server.end(stopTidying);
      reading?.close();
    },
    reload: (signal) => reloadCertificate(log, signal, server),
  });
}
