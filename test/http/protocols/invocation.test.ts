import { once } from "node:events";
import { describe, expect, test } from "vitest";
import type { Contract } from "../contract.ts";
import { serveContract } from "../serve.ts";
import { openSession, readStream } from "../server/sockets.ts";

const contract: Contract = {
  messages: { Message: { text: "string" } },
  dialect: { name: "api" },
  methods: {
    Say: {
      input: "Message",
      output: "Message",
      http: { post: "/say", body: "*", additionalBindings: [{ get: "/say" }] },
    },
    Other: {
      input: "Message",
      output: "Message",
      http: { put: "/say", body: "*" },
      dialect: { name: "other" },
    },
  },
};

describe("a call", () => {
  test("knows the headers of the request and not those of the connection", async () => {
    const served = await serveContract(contract);
    await served.request("GET", "/say", {
      headers: {
        authorization: "a",
        cookie: ["b=1", "c=2"],
        "user-agent": "d",
        traceparent: "e",
        te: "trailers",
        "proxy-authorization": "f",
      },
    });
    const [call] = served.calls;
    const names = [
      "authorization",
      "cookie",
      "user-agent",
      "traceparent",
      "te",
      "connection",
      "proxy-authorization",
      "x-none",
    ];
    expect(names.map((name) => call!.header(name))).toEqual([
      "a",
      "b=1; c=2",
      "d",
      "e",
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  test("has no pseudo-headers and no names of objects for headers", async () => {
    const served = await serveContract(contract);
    await readStream(openSession(served.port).request({ ":path": "/say" }));
    expect(
      [":path", "constructor", "__proto__"].map((name) => served.calls[0]!.header(name)),
    ).toEqual([undefined, undefined, undefined]);
  });

  test("knows where it comes from", async () => {
    const served = await serveContract(contract);
    await served.request("GET", "/say", { headers: { "x-forwarded-for": "1.2.3.4" } });
    expect(served.calls[0]!.address).toBe("127.0.0.1");
  });

  test.each([
    [{ "connect-timeout-ms": "1500" }, 1_001_500],
    [{ "grpc-timeout": "2S" }, 1_002_000],
    [{ "grpc-timeout": "5000u" }, 1_000_005],
    [{}, undefined],
  ])("with %j ends at %s", async (headers, deadline) => {
    const served = await serveContract(contract);
    await served.request("GET", "/say", { headers });
    expect(served.calls[0]!.deadline).toBe(deadline);
  });

  test.each([
    { "connect-timeout-ms": "x" },
    { "connect-timeout-ms": "99999999999" },
    { "grpc-timeout": "999999999H" },
    { "grpc-timeout": "1" },
    { "grpc-timeout": "-1S" },
  ])("with %j is refused", async (headers) => {
    const served = await serveContract(contract);
    expect((await served.request("GET", "/say", { headers })).status).toBe(400);
  });

  test("cannot be made with two credentials", async () => {
    const served = await serveContract(contract);
    expect(
      (
        await served.request("GET", "/say", {
          headers: { Authorization: ["Bearer a", "Bearer b"] },
        })
      ).status,
    ).toBe(400);
    expect(served.calls).toEqual([]);
  });

  test("over HTTP/1.1 knows that its client has gone", async () => {
    const served = await serveContract(contract);
    const socket = served.connect();
    socket.write("GET /say HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "data");
    expect(served.calls[0]!.aborted()).toBe(false);
    socket.destroy();
    while (!served.calls[0]!.aborted()) await new Promise(setImmediate);
  });

  test("over HTTP/2 knows that its client has gone", async () => {
    const gone = { aborted: (): boolean => false };
    const { port } = await serveContract(contract, ({ aborted }) => ((gone.aborted = aborted), {}));
    const stream = openSession(port).request({ ":path": "/say" }, { endStream: true });
    stream.on("error", () => undefined);
    await once(stream, "response");
    stream.close();
    while (!gone.aborted()) await new Promise(setImmediate);
  });
});

describe("a page of another origin", () => {
  const origins = { api: ["https://app.example"] };
  const preflight = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "content-type",
  };

  test("may not call unless a setting says so", async () => {
    const served = await serveContract(contract);
    const { headers } = await served.request("OPTIONS", "/say", {
      headers: { origin: "https://app.example", ...preflight },
    });
    expect(
      Object.keys(headers).filter((name) => name.startsWith("access-control") || name === "vary"),
    ).toEqual([]);
  });

  test("that may call learns what it may send, and reads successes and failures", async () => {
    const served = await serveContract(contract, undefined, { origins });
    const origin = "https://app.example";
    expect(
      await served.request("OPTIONS", "/say", { headers: { origin, ...preflight } }),
    ).toMatchObject({
      status: 204,
      headers: {
        vary: "origin",
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST, PUT",
        "access-control-allow-headers": "authorization, content-type",
      },
    });
    for (const [path, status] of [
      ["/say", 200],
      ["/say?x=1", 400],
    ] as const) {
      const { headers, ...received } = await served.request("GET", path, { headers: { origin } });
      expect({
        status: received.status,
        origin: headers["access-control-allow-origin"],
        vary: headers.vary,
      }).toEqual({ status, origin, vary: "origin" });
      expect(headers).not.toHaveProperty("access-control-allow-credentials");
    }
  });

  test.each(["https://evil.example", "null", "https://app.example.evil", "http://app.example"])(
    "%s may not",
    async (origin) => {
      const served = await serveContract(contract, undefined, { origins });
      for (const method of ["GET", "OPTIONS"]) {
        const { headers } = await served.request(method, "/say", {
          headers: { origin, ...preflight },
        });
        expect(headers).not.toHaveProperty("access-control-allow-origin");
        expect(headers.vary).toBe("origin");
      }
    },
  );

  test("may call only the API that it was let into", async () => {
    const served = await serveContract(contract, undefined, { origins });
    const { headers } = await served.request("PUT", "/say", {
      headers: { origin: "https://app.example" },
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  });
});
