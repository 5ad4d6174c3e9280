// The metrics have a port of their own, so that clients of the public port can't read them.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The listener of the metrics. */
export interface MetricsListener {
  readonly url: string;
  close(): void;
}

/** Serves the text of `read` at /metrics. Rejects if it can't listen on the port. */
export async function listenForMetrics({
  host,
  port,
  contentType,
  read,
}: {
  readonly host: string;
  readonly port: number;
  readonly contentType: string;
  readonly read: () => Promise<string>;
}): Promise<MetricsListener> {
  const server: Server = createServer((request, response) => {
    if (request.url !== "/metrics" || (request.method !== "GET" && request.method !== "HEAD"))
      return void response.writeHead(404).end();
    read().then(
      (text) => response.writeHead(200, { "content-type": contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await once(server.listen(port, host), "listening");
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${bound}/metrics`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
