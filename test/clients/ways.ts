// Every way into a server, as foreign clients take it.
import type { Transport } from "@connectrpc/connect";
import type { ConnectTransportOptions } from "@connectrpc/connect-node";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import { Agent } from "node:http";
import { createGrpcJsTransport } from "./grpc-js.ts";
import { createRestTransport } from "./rest.ts";

/** How each way is opened; the names are those of `WAYS`. */
const OPEN = {
  "grpc-js": (url: string) => createGrpcJsTransport(url),
  "grpc-js, gzip": (url: string) => createGrpcJsTransport(url, { compress: true }),
  "Connect's gRPC": (url: string, http2: Http2SessionManager) =>
    createGrpcTransport({ baseUrl: url, sessionManager: http2 }),
  "Connect's gRPC, JSON, gzip": (url: string, http2: Http2SessionManager) =>
    createGrpcTransport({ baseUrl: url, sessionManager: http2, useBinaryFormat: false, ...gzip }),
  "gRPC-Web, HTTP/1.1": (url: string, _: Http2SessionManager, agent: Agent) =>
    createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", nodeOptions: { agent } }),
  "gRPC-Web, HTTP/2, JSON": (url: string, http2: Http2SessionManager) =>
    createGrpcWebTransport({
      baseUrl: url,
      httpVersion: "2",
      sessionManager: http2,
      useBinaryFormat: false,
    }),
  "Connect, HTTP/1.1, JSON": (url: string, _: Http2SessionManager, agent: Agent) =>
    createConnectTransport({ ...connect1(url, agent) }),
  "Connect, HTTP/1.1, protobuf": (url: string, _: Http2SessionManager, agent: Agent) =>
    createConnectTransport({ ...connect1(url, agent), useBinaryFormat: true }),
  "Connect, HTTP/2, protobuf, gzip": (url: string, http2: Http2SessionManager) =>
    createConnectTransport({
      baseUrl: url,
      httpVersion: "2",
      sessionManager: http2,
      useBinaryFormat: true,
      ...gzip,
    }),
  "Connect, GET, JSON": (url: string, _: Http2SessionManager, agent: Agent) =>
    createConnectTransport({ ...connect1(url, agent), useHttpGet: true }),
  "Connect, GET, protobuf": (url: string, _: Http2SessionManager, agent: Agent) =>
    createConnectTransport({ ...connect1(url, agent), useHttpGet: true, useBinaryFormat: true }),
  REST: (url: string) => createRestTransport(url),
} satisfies Readonly<
  Record<string, (url: string, http2: Http2SessionManager, agent: Agent) => Transport>
>;

const gzip = { sendCompression: compressionGzip, compressMinBytes: 0 };
const connect1 = (baseUrl: string, agent: Agent): ConnectTransportOptions => ({
  baseUrl,
  httpVersion: "1.1",
  nodeOptions: { agent },
});

/** The name of a way. */
export type Way = keyof typeof OPEN;
export const WAYS = Object.keys(OPEN) as readonly Way[];

/** Transports by the name of the way, and the end of all their connections. */
export interface Ways {
  readonly transports: Readonly<Record<Way, Transport>>;
  close(): void;
}

/** Opens every way to a server. */
export function openWays(url: string): Ways {
  const http2 = new Http2SessionManager(url);
  const agent = new Agent({ keepAlive: true });
  const transports = Object.fromEntries(
    Object.entries(OPEN).map(([way, open]) => [way, open(url, http2, agent)]),
  ) as Record<Way, Transport>;
  return {
    transports,
    close: () => {
      http2.abort();
      agent.destroy();
      for (const transport of Object.values(transports))
        if ("close" in transport && typeof transport.close === "function") transport.close();
    },
  };
}
