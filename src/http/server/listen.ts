// One port for HTTP/1.1 and HTTP/2, in clear text or under TLS. It owns how the port is opened and
// closed, and must not know what requests are about.
import { once } from "node:events";
import { createServer as createHttp1 } from "node:http";
import { createServer as createHttps } from "node:https";
import type { AddressInfo } from "node:net";
import { Connections } from "./connections.ts";
import {
  CONNECTION_LIMITS,
  type ConnectionLimits,
  FIRST_BYTES_MS,
  http1Options,
  UNREAD_LIMITS,
  type UnreadLimits,
} from "./limits.ts";
import type { Handler } from "../types.ts";

/** Where to listen, and who answers. */
export interface ListenOptions extends Partial<ConnectionLimits> {
  readonly host: string;
  /** 0 is any that is free. */
  readonly port: number;
  /** A certificate and its key in PEM; without it, clear text. */
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined;
  readonly handler: Handler;
  /** Stands before every answer, also those that the handler never hears of. */
  readonly front?: (handler: Handler) => Handler;
  /** What clients may leave unread; a test has smaller ones. */
  readonly unread?: Partial<UnreadLimits>;
}

/** A port that is listened on. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  /**
   * Takes no new connections and requests, lets those under way end for that long, and closes
   * whatever is left.
   */
  drain(graceMs: number): Promise<void>;
}

/** Listens; rejects when the port cannot be had. */
export async function listen({
  host,
  port,
  tls,
  handler,
  front = (each) => each,
  unread,
  ...given
}: ListenOptions): Promise<Listener> {
  const limits = { ...CONNECTION_LIMITS, ...given };
  const options = http1Options(limits);
  const server = tls
    ? createHttps({
        ...options,
        ...tls,
        ALPNProtocols: ["h2", "http/1.1"],
        handshakeTimeout: FIRST_BYTES_MS,
      })
    : createHttp1(options);
  const connections = new Connections(server, {
    handler,
    front,
    limits,
    unread: { ...UNREAD_LIMITS, ...unread },
  });
  if (tls) connections.acceptEncrypted();
  else connections.acceptPlain();
  await once(server.listen(port, host), "listening");
  const bound = (server.address() as AddressInfo).port;
  const name =
    host === "0.0.0.0" || host === "::" ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    port: bound,
    url: `${tls ? "https" : "http"}://${name}:${bound}`,
    drain: (graceMs) => connections.drain(graceMs),
  };
}
