// A proxy that serves Latchkey under a path of its own, as operators set it up.
import { once } from "node:events";
import { createServer, request as forward } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

export interface PrefixProxy {
  readonly origin: string;
  /** The settings of the server behind it; complete when the proxy listens. */
  readonly environment: Record<string, string>;
  /** The targets outside of the prefix that were asked for. */
  readonly outside: readonly string[];
  /** Sends requests to this server from now on. */
  forwardTo(url: string): void;
}

/** Call it before `useServer`. With `strips` the server never sees the prefix. */
export function usePrefixProxy(prefix: string, strips: boolean): PrefixProxy {
  const environment: Record<string, string> = {};
  const outside: string[] = [];
  let upstream = "";
  const server = createServer((request, response) => {
    const target = request.url ?? "";
    const path = target.slice(0, prefix.length + 1);
    if (path !== prefix && path !== `${prefix}/` && path !== `${prefix}?`) {
      if (!target.startsWith("/favicon")) outside.push(target);
      response.writeHead(404).end("outside of the prefix");
      return;
    }
    const rest = target.slice(prefix.length);
    const { method = "GET", headers } = request;
    const sent = forward(
      new URL(upstream).origin + (strips ? (rest.startsWith("/") ? rest : `/${rest}`) : target),
      { method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    sent.on("error", () => response.destroy());
    request.pipe(sent);
  });
  let origin = "";
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    environment["PUBLIC_URL"] = `${origin}${prefix}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    environment,
    outside,
    get origin() {
      return origin;
    },
    forwardTo: (url) => void (upstream = url),
  };
}
