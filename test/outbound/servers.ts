// Servers of others on 127.0.0.1, over http and https, that count what reaches them.
import { readFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer as createTcp, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A server that runs until the test ends. */
export interface OtherServer {
  readonly port: number;
  /** How many connections it got. */
  readonly connections: () => number;
  /** The method, path and body of each request. */
  readonly requests: string[];
}

/** Listens until the test ends, and counts connections. */
async function listen(server: Server | ReturnType<typeof createTcp>): Promise<OtherServer> {
  let connections = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket.on("error", () => undefined));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { port, connections: () => connections, requests: [] };
}

/** Starts an HTTP server; with `tls`, an HTTPS server with this certificate and key. */
export async function serve(
  answer: RequestListener,
  tls?: { readonly cert: string; readonly key: string },
): Promise<OtherServer> {
  let other: OtherServer | undefined;
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      other?.requests.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
      answer(request, response);
    });
  };
  const server =
    tls === undefined
      ? createServer(listener)
      : createHttps({ cert: await readFile(tls.cert), key: await readFile(tls.key) }, listener);
  other = await listen(server);
  return other;
}

/** Starts a server that gives each connection to `onSocket`. */
export const serveRaw = (onSocket: (socket: Socket) => void): Promise<OtherServer> =>
  listen(createTcp(onSocket));
