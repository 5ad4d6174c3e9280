// `serve`: migrates, builds the application, listens, and ends cleanly. It owns the life of the process.
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../app.ts";
import type { App } from "../app.ts";
import { ConfigError, readConfig } from "../config.ts";
import { createPrivate } from "./data-dir.ts";
import { systemClock } from "../domain/clock.ts";
import { purge } from "../domain/housekeeping.ts";
import { admitAdministrator, hasAdministrator, newAdministrator } from "../domain/oauth/administrator.ts";
import type { Store } from "../domain/store.ts";
import type { Listener } from "../http/listen.ts";
import { listen } from "../http/listen.ts";
import { createLog } from "../log.ts";
import type { Logger } from "../log.ts";
import { migrate } from "../store/migrate.ts";
import { openStore } from "../store/open.ts";
import type { MetricsListener } from "../telemetry/metrics-listener.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { banner } from "./banner.ts";
import { prepareInstallation } from "./installation.ts";
import { createMetrics, openMetrics } from "./metrics.ts";
import { createTraces } from "./traces.ts";

const ADMIN_FILE = "admin.json";
const PURGE_EVERY_MS = 3_600_000;
const WATCHERS_MS = 50;
/** How long letters may take that are under way at the end. */
const LETTERS_MS = 5_000;

/** Serves until SIGTERM or SIGINT. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const metrics = await createMetrics(config);
  const log = createLog(config.logLevel, metrics?.dropped);
  const embedded = config.database.kind === "sqlite";
  const { options, secret } = prepareInstallation(config);
  for (const name of await migrate(options)) log.info({ migration: name }, "migrated");
  const telemetry = createTelemetry({ config, clock: systemClock, log, metrics, traces: await createTraces(config, log) });
  const store = await openStore(options, telemetry.meter);
  let app: App | undefined;
  // The port is known once it is listened on, and the issuer with it; nothing is answered before the application is built.
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls: config.tls,
    front: telemetry.front,
    handler: (request, response) => {
      if (app !== undefined) return app.handler(request, response);
      response.statusCode = 503;
      return response.end();
    },
  });
  if (embedded) await admitFirstAdministrator(config.dataDir, store);
  const issuer = config.publicUrl ?? listener.url;
  app = await createApp({ config, store, clock: systemClock, telemetry, secret, issuer });
  const reading = metrics && (await openMetrics(config, log, metrics.registry.contentType, () => metrics.registry.metrics()));
  app.readiness.set(true);
  process.stdout.write(banner({ url: listener.url, issuer, metricsUrl: reading?.url, tls: config.tls !== undefined, mailServer: config.mail.server, database: config.database, dataDir: config.dataDir, adminFile: embedded ? join(config.dataDir, ADMIN_FILE) : undefined }));
  const purging = setInterval(() => void tidy(store, log), PURGE_EVERY_MS);
  endOnSignal({ listener, app, store, log, metrics: reading, telemetry, drainMs: config.drainMs, stopTimers: () => clearInterval(purging) });
}

/** A failure is for the log only: the next time does it. */
async function tidy(store: Store, log: Logger): Promise<void> {
  try {
    log.info({ rows: await purge(store, systemClock) }, "purged");
  } catch (err) {
    log.warn({ err }, "purge failed");
  }
}

/** Two processes that start at once agree on one file; a crash in between is mended at the next start. */
async function admitFirstAdministrator(dataDir: string, store: Store): Promise<void> {
  const form = (): string => {
    const { clientId, clientSecret } = newAdministrator(systemClock);
    return `${JSON.stringify({ client_id: clientId, client_secret: clientSecret })}\n`;
  };
  if (await hasAdministrator(store)) return;
  const made = JSON.parse(createPrivate(dataDir, ADMIN_FILE, form)) as { client_id?: unknown; client_secret?: unknown };
  if (typeof made.client_id !== "string" || typeof made.client_secret !== "string") throw new ConfigError(`${join(dataDir, ADMIN_FILE)} does not hold client_id and client_secret; remove it to have a new one made.`);
  await admitAdministrator(store, systemClock, { clientId: made.client_id, clientSecret: made.client_secret });
}

interface Running {
  readonly listener: Listener;
  readonly app: App;
  readonly store: Store;
  readonly log: Logger;
  readonly metrics: MetricsListener | undefined;
  readonly telemetry: Telemetry;
  readonly drainMs: number;
  stopTimers(): void;
}

function endOnSignal({ listener, app, store, log, metrics, telemetry, drainMs, stopTimers }: Running): void {
  let ending = false;
  const end = async (signal: string): Promise<void> => {
    if (ending) process.exit(1);
    ending = true;
    log.info({ signal }, "draining");
    app.readiness.set(false);
    // Whoever watches the health is told before the stream ends.
    await delay(WATCHERS_MS);
    app.endStreams();
    stopTimers();
    await listener.drain(drainMs);
    await app.drainLetters(LETTERS_MS);
    await store.close();
    await telemetry.close();
    metrics?.close();
    log.info("ended");
    log.flush(() => process.exit(0));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void end(signal));
}
