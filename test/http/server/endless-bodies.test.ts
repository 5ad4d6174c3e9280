// Bodies over HTTP/2 that never end, for every kind of handler.
import { constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { create, type DescMethodUnary, type Message } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { createFetchAdapter } from "../../../src/http/fetch-adapter.ts";
import { pipeline } from "../../../src/http/pipeline.ts";
import { createUnary } from "../../../src/http/protocols/unary.ts";
import { letStay } from "../../../src/http/server/http2-stream.ts";
import { createTranscoder } from "../../../src/http/transcoding/transcoder.ts";
import type { Handler } from "../../../src/http/types.ts";
import { buildContract } from "../contract.ts";
import { begin, data, framesOf, headers, reset, resets, settingsAck } from "../protocols/frames.ts";
import { statusIn } from "../protocols/hpack-status.ts";
import { openSession, RawConnection, readStream, serve, until, writeHead } from "./sockets.ts";

describe("a body that doesn't end", () => {
  const { service } = buildContract({
    messages: { Message: { text: "string" } },
    methods: { Say: { input: "Message", output: "Message", http: { post: "/say", body: "*" } } },
  });
  const [method] = service.methods as DescMethodUnary[];
  const invoke = ({
    method: called,
  }: {
    method: { output: DescMethodUnary["output"] };
  }): Promise<Message> => Promise.resolve(create(called.output));
  const pages = createFetchAdapter({
    serve: async (request) =>
      request.url.endsWith("/page") ? new Response(await request.text()) : undefined,
    addressOf: () => "",
    maxBodyBytes: 1_000,
    onFault: () => undefined,
  });
  const transcoder = createTranscoder({
    services: [service],
    invoke,
    now: () => 0,
    errorDomain: "test",
  });
  const unary = createUnary({
    methods: [method!],
    invoke,
    now: () => 0,
    errorDomain: "test",
    maxMessageBytes: 1_000,
    maxTimeoutMs: 1_000,
    address: () => "",
  });
  const steps = pipeline([unary, transcoder.answer, pages, transcoder.refuse]);
  const open = new Set<object>();
  const handler: Handler = (request, response) => {
    open.add(request);
    if ("stream" in request) request.stream.once("close", () => open.delete(request));
    // A handler that forgets its request.
    if (request.url === "/nothing") return undefined;
    if (request.url === "/early") return writeHead(response);
    return steps(request, response);
  };
  const json = { "content-type": "application/json" };

  const ways: readonly (readonly [
    string,
    { readonly path: string; readonly more?: Readonly<Record<string, string>> },
    string,
    string,
  ])[] = [
    ["REST", { path: "/say", more: json }, "408", ""],
    ["a page", { path: "/page" }, "408", ""],
    [
      "gRPC",
      { path: "/test.Service/Say", more: { "content-type": "application/grpc", te: "trailers" } },
      "200",
      "4",
    ],
    [
      "gRPC-Web",
      { path: "/test.Service/Say", more: { "content-type": "application/grpc-web+proto" } },
      "200",
      "",
    ],
    ["Connect", { path: "/test.Service/Say", more: json }, "504", ""],
    ["nothing that reads it", { path: "/nowhere" }, "404", ""],
    ["a verb that isn't there", { path: "/test.Service/Say" }, "404", ""],
    ["a handler that forgets it", { path: "/nothing" }, "408", ""],
  ];
  test.each(ways)(
    "over %s is given up when it arrives too slowly, and its stream is freed",
    async (_, request, status) => {
      const { port } = await serve(handler, { bodyMs: 300 });
      const connection = new RawConnection(port);
      connection.write(begin() + settingsAck + headers(1, { method: "POST", ...request }));
      const drip = setInterval(() => connection.write(data(1, " ")), 20);
      await connection.until(/\0\0\x04\x03\0\0\0\0\x01/);
      clearInterval(drip);
      expect(resets(connection.received)).toEqual({ [constants.NGHTTP2_NO_ERROR]: 1 });
      expect(
        framesOf(connection.received).some(
          ({ kind, payload }) => kind === "HEADERS" && statusIn(payload) === status,
        ),
      ).toBe(true);
      while (open.size > 0) await delay(5);
    },
  );

  // Node counts the time of a timer from the begin of the turn in which it is set.
  test("ends its connection also when the process was busy as it began", async () => {
    const { port } = await serve(
      (request, response) => {
        if (request.url !== "/busy") return handler(request, response);
        const end = performance.now() + 100;
        while (performance.now() < end);
        return undefined;
      },
      { bodyMs: 300, leavingMs: 100 },
    );
    const connection = new RawConnection(port);
    connection.write(
      begin() +
        settingsAck +
        headers(3, { path: "/busy" }) +
        headers(5, { method: "POST", path: "/page" }),
    );
    const drip = setInterval(() => connection.write(data(5, " ")), 20);
    await connection.until(/\0\0\x04\x03\0\0\0\0\x05/);
    connection.write(reset(3));
    await connection.toEnd();
    clearInterval(drip);
  });

  test("is reset where the answer has begun", async () => {
    const { port } = await serve(handler, { bodyMs: 100 });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + headers(1, { method: "POST", path: "/early" }));
    await connection.until(/\0\0\x04\x03\0\0\0\0\x01/);
    expect(resets(connection.received)).toEqual({ [constants.NGHTTP2_CANCEL]: 1 });
    while (open.size > 0) await delay(5);
  });

  test("is left alone where a method streams", async () => {
    const { port } = await serve(
      (request, response) => (letStay(request, "both"), writeHead(response)),
      { bodyMs: 50 },
    );
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + headers(1, { method: "POST" }));
    await delay(1_300);
    expect(resets(connection.received)).toEqual({});
  });

  test("beyond the limit leaves no stream behind", async () => {
    const { port } = await serve(handler);
    const session = openSession(port);
    // More calls than a connection has streams at once, so that a leaked stream would be noticed.
    // Node's client keeps what it could not send, and refuses itself beyond 10 MB.
    for (let turn = 0; turn < 140; turn++) {
      const stream = session.request({ ":method": "POST", ":path": "/page" });
      stream.on("error", () => undefined);
      stream.end(Buffer.alloc(20_000 + 500 * turn));
      expect((await readStream(stream)).status).toBe(413);
    }
    await until(() => open.size === 0);
  });

  // The client may send as much as the windows allow before it knows.
  test.each(["/page", "/say", "/test.Service/Say"])(
    "to %s is read no further than its limit and a window",
    async (path) => {
      const { port } = await serve(handler);
      const session = openSession(port);
      const stream = session.request({ ":method": "POST", ":path": path, ...json });
      stream.on("error", () => undefined);
      stream.end(Buffer.alloc(2_000_000, 0x20));
      expect((await readStream(stream)).status).toBeGreaterThanOrEqual(400);
      const limit = path === "/say" ? 65_536 : 1_000;
      expect(session.socket.bytesWritten).toBeLessThan(limit + 65_535 + 4_000);
    },
  );
});
