// A whole server for a test: the same application as in production, over a store of either engine.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type App, createApp } from "../src/app.ts";
import { createTraces } from "../src/telemetry/open-traces.ts";
import { readConfig } from "../src/config/settings.ts";
import type { Clock } from "../src/domain/clock.ts";
import { systemClock } from "../src/domain/clock.ts";
import {
  admitAdministrator,
  newAdministrator,
} from "../src/domain/oauth/clients/bootstrap-admin-client.ts";
import { IdentityError } from "../src/domain/errors.ts";
import type { Store } from "../src/domain/store.ts";
import { listen } from "../src/http/server/listen.ts";
import { createLogTo } from "../src/telemetry/log.ts";
import type { StoreOptions } from "../src/store/engine/connect.ts";
import { openStore } from "../src/store/engine/create-store.ts";
import { newFolder } from "./mariadb-server.ts";
import { prepare } from "./prepare.ts";
import { loadQuickArgon2 } from "./quick-argon2.ts";
import { undeclaredFailures } from "./openapi/failures.ts";
import { Metrics } from "../src/telemetry/metrics.ts";
import { createTelemetry } from "../src/telemetry/telemetry.ts";

/** A server that runs in this process. */
export interface TestServer {
  readonly url: string;
  readonly store: Store;
  /** The credentials of an administrator's client. */
  readonly administrator: { readonly clientId: string; readonly clientSecret: string };
  /** The value of each series now, by its name with its labels as Prometheus writes them. */
  metrics(): Promise<ReadonlyMap<string, number>>;
  /** The methods that each page takes, by its path. */
  readonly pages: App["pages"];
  /** Every line that it has logged. */
  readonly log: readonly string[];
  /** Where its letters are. */
  readonly mailFolder: string;
  /** Access to everything, by client_credentials. */
  administratorToken(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Starts an application again when the database didn't answer in time: while all files of tests
 * begin, two cores may starve MariaDB for seconds.
 */
async function patiently(start: () => Promise<App>): Promise<App> {
  for (let times = 0; times < 3; times++)
    try {
      return await start();
    } catch (error) {
      if (!(error instanceof IdentityError && error.reason === "STORE_UNAVAILABLE")) throw error;
    }
  return start();
}

/**
 * Starts a server on a free port of 127.0.0.1; `environment` holds settings as an operator would
 * write them.
 */
export async function startServer(
  options: StoreOptions,
  environment: Readonly<Record<string, string>> = {},
  clock: Clock = systemClock,
  loadArgon2 = loadQuickArgon2,
): Promise<TestServer> {
  await prepare(options);
  const dataDir = await newFolder();
  const config = readConfig({ PORT: "0", DATA_DIR: dataDir, ...environment });
  const lines: string[] = [];
  const log = createLogTo("debug", { write: (line: string) => void lines.push(line) });
  const metrics = new Metrics();
  const telemetry = createTelemetry({
    config,
    clock,
    log,
    metrics,
    traces: await createTraces(config, log),
  });
  const store = await openStore(options, telemetry.instrumentation);
  const administrator = newAdministrator(clock);
  await admitAdministrator(store, clock, administrator);
  let opened: App | undefined;
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls: config.tls,
    front: telemetry.front,
    handler: (request, response) => opened?.handler(request, response),
    isUnary: (path) => opened?.isUnary(path) === true,
  });
  const app = await patiently(() =>
    createApp({
      config,
      store,
      clock,
      telemetry,
      secret:
        environment["LATCHKEY_SECRET"] ?? "a server's secret that only tests have, 0123456789",
      issuer: config.publicUrl ?? listener.url,
      loadArgon2,
    }),
  );
  opened = app;
  app.readiness.set(true);
  const stopFollowing = app.followSettings();
  const stopObserving = app.keepObservations();
  const stopTelling = app.tellLogouts();
  return {
    url: listener.url,
    store,
    administrator,
    pages: app.pages,
    log: lines,
    metrics: async () => {
      const series = (await metrics.registry.metrics())
        .split("\n")
        .filter((line) => line !== "" && !line.startsWith("#"));
      return new Map(
        series.map((line) => [
          line.slice(0, line.lastIndexOf(" ")),
          Number(line.slice(line.lastIndexOf(" ") + 1)),
        ]),
      );
    },
    mailFolder: join(config.dataDir, "mail"),
    administratorToken: async () => {
      const basic = Buffer.from(`${administrator.clientId}:${administrator.clientSecret}`).toString(
        "base64",
      );
      const response = await fetch(`${listener.url}/oauth2/token`, {
        method: "POST",
        headers: { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ grant_type: "client_credentials" }),
      });
      return ((await response.json()) as { access_token: string }).access_token;
    },
    stop: async () => {
      stopFollowing();
      stopTelling();
      app.endStreams();
      await listener.drain(0);
      await app.drainPredecessors(5_000);
      await app.drainMail(1000);
      await stopObserving();
      await store.close();
      await telemetry.close();
      await rm(dataDir, { recursive: true });
      const undeclared = undeclaredFailures(lines);
      if (undeclared.length > 0)
        throw new Error(
          "failed for reasons that the methods' comments in proto/ don't name:\n" +
            `${undeclared.join("\n")}`,
        );
    },
  };
}
