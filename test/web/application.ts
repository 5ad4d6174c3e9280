// An application that sends its users here and waits for them to come back.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

/** The application's server. */
export interface Application {
  readonly origin: string;
  /** Where its users come back. */
  readonly redirectUri: string;
  /** Every target that was asked for, the newest last. */
  readonly arrivals: readonly string[];
}

/** Call it at the top of a file. */
export function useApplication(): Application {
  const arrivals: string[] = [];
  const server = createServer((request, response) => {
    if (!request.url?.startsWith("/favicon")) arrivals.push(request.url ?? "");
    response
      .writeHead(200, { "content-type": "text/html" })
      .end("<!doctype html><title>The application</title><h1>Welcome back</h1>");
  });
  let origin = "";
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    arrivals,
    get origin() {
      return origin;
    },
    get redirectUri() {
      return `${origin}/callback`;
    },
  };
}
