import cluster from "node:cluster";
import type { Config } from "../../config/settings.ts";
import { createLog } from "../../telemetry/log.ts";
import { DatabaseClock } from "../../domain/database-clock.ts";
import { openStore } from "../../store/engine/create-store.ts";
import { banner } from "../serve/banner.ts";
import { handleSignals } from "../serve/shutdown.ts";
import { prepareInstallation } from "../cli/installation.ts";
import { surviveUncaughtErrors } from "../serve/uncaught-errors.ts";
import { openMetrics } from "../../telemetry/serve-metrics.ts";
import {
  admitFirstAdministrator,
  administratorFile,
  bringSchema,
  startMaintenance,
  warnOfNearSettings,
  warnOfWeakKey,
} from "../serve/maintenance.ts";
import { WorkerPool } from "./worker-pool.ts";

/**
 * Serves with workers until SIGTERM, SIGINT or SIGQUIT. At SIGUSR2 and SIGHUP it replaces each
 * worker by a new one without losing a request.
 */
export async function serveWithWorkers(config: Config): Promise<void> {
  if (cluster.isWorker) return (await import("./worker.ts")).serveAsWorker(config);
  const log = createLog(config.logLevel);
  warnOfNearSettings(log);
  warnOfWeakKey(config, log);
  const { options } = prepareInstallation(config);
  await bringSchema(options, log);
  const store = await openStore(options);
  // A start that can't write ends here, before it says that it listens.
  await store.checkWritable(true);
  const clock = new DatabaseClock(store);
  await clock.measure();
  await admitFirstAdministrator(config, store);
  const numbers = config.metrics && new (await import("./aggregate-metrics.ts")).AggregateMetrics();
  const onLost = (): void => {
    log.error("no worker is left");
    process.exit(1);
  };
  const crew = new WorkerPool({
    size: config.workers,
    log,
    drainMs: config.drainMs,
    onGone: (last, unexpected) => numbers?.keep(last, unexpected),
    onLost,
  });
  const reading =
    numbers && (await openMetrics(config, log, numbers.contentType, () => numbers.read(crew)));
  const stopMeasuring = clock.follow();
  const stopTidying = startMaintenance({ store, clock, log, metrics: numbers?.purges }, config);
  const end = async (): Promise<void> => {
    stopMeasuring();
    const tidied = stopTidying();
    await crew.end();
    await tidied;
    await store.close();
    reading?.close();
  };
  handleSignals(log, { end, abandon: () => crew.kill(), reload: () => crew.restart() });
  const built = await crew.start();
  surviveUncaughtErrors((err) => {
    numbers?.fault();
    log.error({ err }, "fault");
  });
  if (built !== undefined)
    process.stdout.write(
      banner({ ...built, metricsUrl: reading?.url, config, adminFile: administratorFile(config) }),
    );
}
