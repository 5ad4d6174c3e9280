// One serving process: its port, the application behind it, and how both end. It owns their order,
// and must not know whether there are other processes.
import { setTimeout as delay } from "node:timers/promises";
import { createApp } from "../../app.ts";
import type { App } from "../../app.ts";
import type { Config } from "../../config/settings.ts";
import { systemClock } from "../../domain/clock.ts";
import type { Store } from "../../domain/store.ts";
import { listen } from "../../http/server/listen.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";

/** How long those who watch the health have before their stream ends. */
const WATCHERS_MS = 50;
/** How long letters may take that are under way at the end. */
const LETTERS_MS = 5_000;

export interface ServerDependencies {
  readonly config: Config;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly secret: string;
}

/** A process that listens; nothing is answered before it is opened. */
export interface Server {
  readonly url: string;
  readonly port: number;
  /** Where the outside reaches it. */
  readonly issuer: string;
  open(): void;
  /** Takes nothing new, ends what is under way within the settings' time, and closes the store. */
  end(): Promise<void>;
}

/** Listens and builds the application. */
export async function startServer({
  config,
  store,
  telemetry,
  secret,
}: ServerDependencies): Promise<Server> {
  const opened = Promise.withResolvers<App>();
  let app: App | undefined;
  // The port is known once it is listened on, and the issuer with it; whoever comes before all is
  // ready waits.
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
  }).catch((cause: unknown) => {
    throw new Error(
      `${config.host}:${config.port} can't be listened on: set PORT to a free port and HOST to an address of this machine`,
      { cause },
    );
  });
  const issuer = config.publicUrl ?? listener.url;
  const built = await createApp({ config, store, clock: systemClock, telemetry, secret, issuer });
  return {
    url: listener.url,
    port: listener.port,
    issuer,
    open: () => {
      app = built;
      app.readiness.set(true);
      opened.resolve(app);
    },
    end: async () => {
      built.readiness.set(false);
      await delay(WATCHERS_MS);
      built.endStreams();
      await listener.drain(config.drainMs);
      await built.drainMail(LETTERS_MS);
      await store.close();
      await telemetry.close();
    },
  };
}
