// `serve`: one process that does everything, or one that has others serve. It owns the order of a
// start.
import { readConfig } from "../config.ts";
import { openStore } from "../store/open.ts";
import { banner } from "./banner.ts";
import { endOnSignal } from "./end.ts";
import { prepareInstallation } from "./installation.ts";
import { outliveFaults } from "./last-resort.ts";
import { openMetrics } from "./metrics.ts";
import { startServer } from "./server.ts";
import { openTelemetry } from "./telemetry.ts";
import { admitFirstAdministrator, administratorFile, bringSchema, keepTidy } from "./upkeep.ts";

/** Serves until SIGTERM or SIGINT. */
export async function serve(): Promise<void> {
  const config = readConfig();
  if (config.workers > 1) return (await import("./workers/start.ts")).serveWithWorkers(config);
  const { log, metrics, telemetry } = await openTelemetry(config);
  const { options, secret } = prepareInstallation(config);
  await bringSchema(options, log);
  const store = await openStore(options, telemetry.meter);
  await admitFirstAdministrator(config, store);
  const server = await startServer({ config, store, telemetry, secret });
  const reading =
    metrics &&
    (await openMetrics(config, log, metrics.registry.contentType, () =>
      metrics.registry.metrics(),
    ));
  outliveFaults(log, telemetry.fault);
  server.open();
  process.stdout.write(
    banner({ ...server, metricsUrl: reading?.url, config, adminFile: administratorFile(config) }),
  );
  const stopTidying = keepTidy(store, log);
  endOnSignal(log, async () => {
    stopTidying();
    await server.end();
    reading?.close();
  });
}
