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
  mostConnections,
  UNREAD_LIMITS,
  type UnreadLimits,
} from "./limits.ts";
import type { Handler } from "../types.ts";

/** A certificate and its key in PEM. */
interface Certificate {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

/** The address to listen on, and the handler. */
export interface ListenOptions extends Partial<ConnectionLimits> {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** Without it, clear text. */
  readonly tls?: Certificate | undefined;
  readonly handler: Handler;
  /**
   * Returns whether a path is that of a unary method. Calls over gRPC to such a path come without
   * node's layer for HTTP/1.1. None does when not given.
   */
  readonly isUnary?: (path: string) => boolean;
  /** Wraps the handler, and also the answers to requests that never reach the handler. */
  readonly front?: (handler: Handler) => Handler;
  /** The limits of unread answers; a test sets smaller ones. */
  readonly unread?: Partial<UnreadLimits>;
}

/** An open port. */
export interface Listener {
  readonly port: number;
  readonly url: string;
  /**
   * Accepts no new connections and requests, waits `graceMs` for open requests, and then closes all
   * connections.
   */
  drain(graceMs: number): Promise<void>;
  /** Shows new connections another certificate. Does nothing on a port without TLS. */
  renew(certificate: Certificate): void;
}

/** Opens one port for HTTP/1.1 and HTTP/2; rejects when the port can't be opened. */
export async function listen({
  host,
  port,
  tls,
  handler,
  isUnary = () => false,
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
  const most = mostConnections();
  // Beyond it, a connection is closed at once. Without it, the next file or connection of the
  // server itself would find no descriptor.
  if (most !== undefined) server.maxConnections = most;
  const connections = new Connections(server, {
    handler,
    isUnary,
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
    renew: (certificate) => {
      if ("setSecureContext" in server) server.setSecureContext(certificate);
    },
  };
}
