// One port for HTTP/1.1 and HTTP/2, in clear text or under TLS. It owns how the port is opened and closed, and must
// not know what requests are about.
import { once } from "node:events";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { Connections } from "./connections.ts";
import { DRAIN_LINGER_MS, FIRST_BYTES_MS, HTTP1_LIMITS, IDLE_MS, UNREAD_LIMITS, type UnreadLimits } from "./limits.ts";
import type { Handler } from "./transcoder.ts";

/** Where to listen, and who answers. */
export interface ListenOptions {
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** A certificate and its key in PEM; without it, clear text. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  readonly handler: Handler;
  /** Stands before every answer, also those that the handler never hears of. */
  readonly front?: (handler: Handler) => Handler;
  /** A connection on which nothing happens is closed after this; two minutes when not said. */
  readonly idleMs?: number;
  /** How long a drain waits for requests that are on their way; half a second when not said. */
  readonly lingerMs?: number;
  /** What clients may leave unread; a test has smaller ones. */
  readonly unread?: Partial<UnreadLimits>;
}

/** A port that is listened on. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  /** Takes no new connections and requests, lets those under way end for that long, and closes whatever is left. */
  drain(graceMs: number): Promise<void>;
}

/** Listens; rejects when the port cannot be had. */
export async function listen({ host, port, tls, handler, front = (each) => each, idleMs = IDLE_MS, lingerMs = DRAIN_LINGER_MS, unread }: ListenOptions): Promise<Listener> {
  const server = tls ? createHttps({ ...HTTP1_LIMITS, ...tls, ALPNProtocols: ["h2", "http/1.1"], handshakeTimeout: FIRST_BYTES_MS }) : createHttp1(HTTP1_LIMITS);
  const connections = new Connections(server, handler, { front, idleMs, lingerMs, unread: { ...UNREAD_LIMITS, ...unread } });
  if (tls) connections.acceptEncrypted();
  else connections.acceptPlain();
  await once(server.listen(port, host), "listening");
  const bound = (server.address() as AddressInfo).port;
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return { port: bound, url: `${tls ? "https" : "http"}://${name}:${bound}`, drain: (graceMs) => connections.drain(graceMs) };
}
