// An application whose callback leads on over other origins, as those with several hosts do.
import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** The servers of the application, each of its own origin. */
export interface Hops {
  /** The callback; `kind` decides where it leads. */
  redirectUri(kind: "pages" | "scheme"): string;
  /** Where the last hop ends. */
  readonly end: string;
  /** What reached the callback: its target, and the Referer header. */
  readonly arrivals: readonly { readonly target: string; readonly referer: string | undefined }[];
}

/** The address of an app on a phone or a desktop (RFC 8252 section 7.1). */
export const SCHEME_TARGET = "com.example.app:/done";

const originOf = (server: Server): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Call it at the top of a file. */
export function useHops(): Hops {
  const arrivals: { target: string; referer: string | undefined }[] = [];
  const to =
    (location: (target: string) => string): RequestListener =>
    (request, response) =>
      void response.writeHead(302, { location: location(request.url ?? "") }).end();
  const end = createServer((_, response) =>
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>The end</title><h1>Welcome back</h1>"),
  );
  const middle = createServer(to(() => `${originOf(end)}/end`));
  const callback = createServer((request, response) => {
    const target = request.url ?? "";
    arrivals.push({ target, referer: request.headers.referer });
    to(() => (target.startsWith("/scheme") ? SCHEME_TARGET : `${originOf(middle)}/middle`))(
      request,
      response,
    );
  });
  const servers = [callback, middle, end];
  beforeAll(() =>
    Promise.all(servers.map((server) => once(server.listen(0, "127.0.0.1"), "listening"))),
  );
  afterAll(() => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  });
  return {
    arrivals,
    redirectUri: (kind) => `${originOf(callback)}/${kind}`,
    get end() {
      return `${originOf(end)}/end`;
    },
  };
}
