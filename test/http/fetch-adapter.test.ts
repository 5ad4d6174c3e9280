// Node's requests as the Fetch standard has them, and its responses as node sends them.
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { createFetchAdapter } from "../../src/http/fetch-adapter.ts";
import { listen } from "../../src/http/server/listen.ts";

/** Serves one page for the time of the test. */
async function withPage(
  serve: (request: Request) => Promise<Response | undefined>,
  use: (url: string, faults: unknown[]) => Promise<void>,
): Promise<void> {
  const faults: unknown[] = [];
  const pages = createFetchAdapter({
    serve,
    addressOf: () => "192.0.2.1",
    maxBodyBytes: 1000,
    onFault: (error) => void faults.push(error),
  });
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handler: (request, response) =>
      pages(request, response, () => void ((response.statusCode = 404), response.end())),
  });
  try {
    await use(listener.url, faults);
  } finally {
    await listener.drain(100);
  }
}

test("a page gets method, path, query, headers and body, but no host to rely on", async () => {
  const seen: string[] = [];
  const page = async (request: Request) => {
    seen.push(request.method, request.url, request.headers.get("x-a") ?? "", await request.text());
    const headers = new Headers({ "content-type": "text/plain" });
    for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
    return new Response("é", { status: 201, headers });
  };
  await withPage(page, async (url) => {
    const response = await fetch(`${url}/a/b?c=%20d&e`, {
      method: "POST",
      body: "body",
      headers: { "x-a": "b" },
    });
    expect([
      response.status,
      await response.text(),
      response.headers.getSetCookie(),
      response.headers.get("content-length"),
    ]).toEqual([201, "é", ["a=1", "b=2"], "2"]);
    expect(seen).toEqual(["POST", "http://pages.invalid/a/b?c=%20d&e", "b", "body"]);
  });
});

test("a body that is too long is refused only when the page reads it", async () => {
  await withPage(
    async (request) =>
      new Response(request.url.endsWith("/read") ? await request.text() : "unread"),
    async (url, faults) => {
      const post = async (path: string) =>
        (await fetch(url + path, { method: "POST", body: "x".repeat(1001) })).status;
      expect([await post("/read"), await post("/else")]).toEqual([413, 200]);
      expect(faults).toEqual([]);
    },
  );
});

test("a request that no page answers goes to the next step", async () => {
  await withPage(
    (asked) => Promise.resolve(asked.url.endsWith("/page") ? new Response("page") : undefined),
    async (url) => {
      const status = (method: string, path: string) =>
        new Promise<number | undefined>((resolve) =>
          request(
            url,
            { method, path },
            (response) => (response.resume(), resolve(response.statusCode)),
          ).end(),
        );
      expect([
        await status("GET", "/page"),
        await status("GET", "/else"),
        await status("TRACE", "/page"),
        await status("GET", "/x/../page"),
        await status("GET", "/%2e/page"),
      ]).toEqual([200, 404, 404, 404, 404]);
    },
  );
});

test("a fault goes to onFault, and the client gets no details", async () => {
  await withPage(
    () => Promise.reject(new Error("a secret")),
    async (url, faults) => {
      const response = await fetch(url);
      expect([response.status, await response.text()]).toEqual([500, "internal error"]);
      expect(faults).toEqual([new Error("a secret")]);
    },
  );
});

/** A page that is made while it is sent. */
const streamed = (parts: AsyncIterable<Uint8Array>): Response =>
  Object.assign(new Response(null, { headers: { "content-type": "text/csv" } }), { parts });

test("a body is made as fast as it is read, and no further when the client leaves", async () => {
  let made = 0;
  let hasEnded = false;
  async function* parts(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        made++;
        yield Buffer.alloc(64 * 1024, "x");
      }
    } finally {
      hasEnded = true;
    }
  }
  await withPage(
    () => Promise.resolve(streamed(parts())),
    async (url, faults) => {
      const asked = request(url).end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      await once(response, "readable");
      await delay(200);
      const before = made;
      await delay(200);
      expect(made).toBe(before);
      expect(made).toBeLessThan(400);
      asked.destroy();
      await expect.poll(() => hasEnded).toBe(true);
      expect(faults).toEqual([]);
    },
  );
});

test("a body that fails on the way is cut off, and HEAD makes none", async () => {
  async function* parts(): AsyncGenerator<Uint8Array> {
    yield Buffer.from("a,b\r\n");
    await delay(10);
    throw new Error("the store is gone");
  }
  await withPage(
    () => Promise.resolve(streamed(parts())),
    async (url, faults) => {
      expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
      expect(faults).toEqual([]);
      await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
      await expect.poll(() => faults.map(String)).toEqual(["Error: the store is gone"]);
    },
  );
});
