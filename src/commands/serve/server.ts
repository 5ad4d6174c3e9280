import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../app.ts";
import type { App } from "../../app.ts";
import type { Config } from "../../config/settings.ts";
import type { DatabaseClock } from "../../domain/database-clock.ts";
import type { Store } from "../../domain/store.ts";
import { listen } from "../../http/server/listen.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";

/** How long clients that watch the health have until their streams end. */
const WATCHERS_MS = 50;
/** How long it may take to learn from the calls that were answered last. */
const LEARNING_MS = 5_000;
/** How long the mail queue may take at the end. */
const LETTERS_MS = 5_000;

export interface ServerDependencies {
  readonly config: Config;
  readonly store: Store;
  /** Has been measured. */
  readonly clock: DatabaseClock;
  readonly telemetry: Telemetry;
  readonly secret: string;
}

/** A process that listens. Requests wait until it is opened. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** PUBLIC_URL, or the listening address. */
  readonly issuer: string;
  open(): void;
  /** Shows new connections this certificate. */
  renew(certificate: NonNullable<Config["tls"]>): void;
  /**
   * Accepts no new calls, drains those in flight within DRAIN_SECONDS, and closes the store after
   * `stopOthers`, which use it too. First of all it says that it isn't ready.
   */
  end(stopOthers?: () => Promise<void>): Promise<void>;
}

/** Listens and builds the application. */
export async function startServer({
  config,
  store,
  clock,
  telemetry,
  secret,
}: ServerDependencies): Promise<Server> {
  const opened = Promise.withResolvers<App>();
  let app: App | undefined;
  // The issuer needs the port, which is known once the process listens. Clients that connect before
  // all is ready wait.
  const listener = await listen({
    host: config.host,
    port: config.port,
    tls: config.tls,
    resets: config.http2Resets,
    front: telemetry.front,
    handler: (request, response) =>
      app === undefined
        ? opened.promise.then(({ handler }) => handler(request, response))
        : app.handler(request, response),
    isUnary: (path) => app?.isUnary(path) === true,
  }).catch((cause: unknown) => {
    throw new Error(
      `${config.host}:${config.port} can't be listened on: ` +
        "set PORT to a free port and HOST to an address of this machine",
      { cause },
    );
  });
  const issuer = config.publicUrl ?? listener.url;
  const built = await createApp({ config, store, clock, telemetry, secret, issuer });
  let stopMeasuring = (): void => undefined;
  let stopWatching = (): void => undefined;
  let stopFollowing = (): void => undefined;
  let stopWrapping = (): void => undefined;
  let stopTelling = (): void => undefined;
  let stopCounting = (): void => undefined;
  let stopObserving = (): Promise<void> => Promise.resolve();
  return {
    url: listener.url,
    port: listener.port,
    issuer,
    open: () => {
      app = built;
      app.readiness.set(true);
      opened.resolve(app);
      stopMeasuring = clock.follow();
      stopWatching = built.watchWrites();
      stopFollowing = built.followSettings();
      stopWrapping = built.wrapHashes();
      stopTelling = built.tellLogouts();
      stopCounting = built.keepCounting();
      stopObserving = built.keepObservations();
    },
    renew: (certificate) => listener.renew(certificate),
    end: async (stopOthers) => {
      built.readiness.set(false);
      const others = stopOthers?.();
      stopMeasuring();
      stopWatching();
      stopFollowing();
      stopWrapping();
      stopTelling();
      stopCounting();
      await delay(WATCHERS_MS);
      built.endStreams();
      await listener.drain(config.drainMs);
      await built.drainPredecessors(LEARNING_MS);
      await built.drainMail(LETTERS_MS);
      await stopObserving();
      await others;
      await store.close();
      await telemetry.close();
    },
  };
}
