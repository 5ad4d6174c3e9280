import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Contract } from "../contract.ts";
import { serveContract, type Sent } from "../serve.ts";

const ENCODINGS = ["BODY_ENCODING_JSON", "BODY_ENCODING_FORM", "BODY_ENCODING_MULTIPART"];
const contract: Contract = {
  messages: {
    Request: { text: "string", raw: "google.api.HttpBody" },
    Response: { text: "string", raw: "google.api.HttpBody" },
  },
  methods: {
    Json: { input: "Request", output: "Response", http: { post: "/json", body: "*" } },
    Any: {
      input: "Request",
      output: "Response",
      http: { post: "/any", body: "*" },
      dialect: { bodyEncodings: ENCODINGS },
    },
    Text: { input: "Request", output: "Response", http: { post: "/text", body: "text" } },
    Field: {
      input: "Request",
      output: "Response",
      http: { post: "/raw/{text}", body: "raw", responseBody: "raw" },
    },
    Whole: {
      input: "google.api.HttpBody",
      output: "google.api.HttpBody",
      http: { post: "/whole", body: "*" },
    },
    None: {
      input: "Request",
      output: "Response",
      http: { get: "/none", additionalBindings: [{ delete: "/none" }] },
    },
  },
};

const json = (body: string | Uint8Array, headers: Sent["headers"] = {}): Sent => ({
  headers: { "content-type": "application/json", ...headers },
  body,
});
const reasonOf = (body: string): string =>
  (JSON.parse(body) as { details: { reason: string }[] }).details[0]!.reason;

describe("the type", () => {
  test.each([
    ["/json", "application/json", 200],
    ["/json", "Application/JSON; Charset=UTF-8", 200],
    ["/json", 'application/json;charset="utf-8"', 200],
    ["/json", "application/json; charset=utf-7", 415],
    ["/json", "application/json; charset=iso-8859-1", 415],
    ["/json", "application/x-www-form-urlencoded", 415],
    ["/json", "multipart/form-data; boundary=b", 415],
    ["/json", "text/plain", 415],
    ["/json", "application/jsonx", 415],
    ["/json", "constructor", 415],
    ["/json", "", 415],
    ["/any", "application/x-www-form-urlencoded; charset=utf-8", 200],
    ["/any", "application/x-www-form-urlencoded; charset=koi8-r", 200],
    ["/any", 'application/x-www-form-urlencoded; charset="ISO-8859-1"', 200],
    ["/any", "application/x-www-form-urlencoded; charset=utf-16", 415],
    ["/any", "application/x-www-form-urlencoded; charset=x; charset=utf-8", 415],
    ["/any", "multipart/form-data", 400],
  ])("of a body at %s is %j: %i", async (path, contentType, status) => {
    const served = await serveContract(contract);
    const received = await served.request("POST", path, {
      headers: { ...(contentType && { "content-type": contentType }) },
      body: path === "/json" ? "{}" : "text=a",
    });
    expect(received.status).toBe(status);
    if (status === 415) expect(reasonOf(received.body)).toBe("MEDIA_TYPE_UNSUPPORTED");
  });

  test("that is wanted is sent", async () => {
    const served = await serveContract(contract);
    expect(JSON.parse((await served.request("POST", "/json", { body: "{}" })).body)).toMatchObject({
      message: "send the body as `content-type: application/json`",
    });
  });

  test("does not matter for an empty body, nor where none is read", async () => {
    const served = await serveContract(contract);
    const headers = { "content-type": "text/plain" };
    expect((await served.request("POST", "/json", { headers })).status).toBe(200);
    expect(
      (
        await served.request("POST", "/json", {
          headers: { ...headers, "transfer-encoding": "chunked" },
        })
      ).status,
    ).toBe(200);
    expect(
      (
        await served.request("DELETE", "/none", {
          headers: { ...headers, "content-length": 1 },
          body: "x",
        })
      ).status,
    ).toBe(200);
  });
});

describe("the coding", () => {
  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["GZIP", gzipSync],
    ["identity", Buffer.from],
  ])("%s is decoded", async (coding, encode) => {
    const served = await serveContract(contract);
    expect(
      (
        await served.request(
          "POST",
          "/json",
          json(encode(Buffer.from('{"text":"é"}')), { "content-encoding": coding }),
        )
      ).status,
    ).toBe(200);
    expect(served.lastMessage()).toEqual({ text: "é" });
  });

  const text = Buffer.from('{"text":"é"}');
  test.each<[string, string, Buffer, number, string]>([
    ["a bomb by gzip", "gzip", gzipSync(Buffer.alloc(16_000_000)), 413, "BODY_TOO_LARGE"],
    ["half of a gzip", "gzip", gzipSync(text).subarray(0, 15), 400, "MALFORMED_REQUEST"],
    ["what is no gzip", "gzip", text, 400, "MALFORMED_REQUEST"],
    ["Brotli", "br", brotliCompressSync(text), 415, "MEDIA_TYPE_UNSUPPORTED"],
    ["deflate", "deflate", deflateSync(text), 415, "MEDIA_TYPE_UNSUPPORTED"],
    ["an unknown coding", "zstd", text, 415, "MEDIA_TYPE_UNSUPPORTED"],
    ["a coding of a coding", "gzip, gzip", gzipSync(gzipSync(text)), 415, "MEDIA_TYPE_UNSUPPORTED"],
    ["the name of a method of objects", "constructor", text, 415, "MEDIA_TYPE_UNSUPPORTED"],
  ])("of %s is refused", async (...refused) => {
    const [, coding, body, status, reason] = refused;
    const served = await serveContract(contract);
    const received = await served.request(
      "POST",
      "/json",
      json(body, { "content-encoding": coding }),
    );
    expect({ status: received.status, reason: reasonOf(received.body) }).toEqual({
      status,
      reason,
    });
  });
});

describe("the length", () => {
  const padded = (length: number): string => `{"text":"${"x".repeat(length - 11)}"}`;

  test.each(["content-length", "transfer-encoding"])(
    "by %s may be the limit and no more",
    async (by) => {
      const served = await serveContract(contract);
      const sent = (length: number): Sent =>
        json(
          padded(length),
          by === "content-length"
            ? { "content-length": length }
            : { "transfer-encoding": "chunked" },
        );
      expect((await served.request("POST", "/json", sent(65_536))).status).toBe(200);
      const { status, body } = await served.request("POST", "/json", sent(65_537));
      expect({ status, reason: reasonOf(body) }).toEqual({ status: 413, reason: "BODY_TOO_LARGE" });
      expect(served.calls).toHaveLength(1);
    },
  );

  test("by Content-Length far beyond the limit is refused before the body comes", async () => {
    const served = await serveContract(contract);
    const socket = served.connect();
    socket.write(
      "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" +
        "content-length: 1000000\r\n\r\n{",
    );
    const [bytes] = await new Promise<Buffer[]>((resolve) =>
      socket.once("data", (...data: Buffer[]) => resolve(data)),
    );
    socket.destroy();
    expect(String(bytes)).toMatch(/^HTTP\/1.1 413 /);
  });

  test("of chunks without end is read a little beyond the limit", async () => {
    const served = await serveContract(contract);
    const socket = served.connect();
    socket.write(
      "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" +
        "transfer-encoding: chunked\r\n\r\n",
    );
    const chunk = `4000\r\n${"x".repeat(0x4000)}\r\n`;
    let received = "";
    socket.on("data", (data) => (received += String(data)));
    socket.on("error", () => undefined);
    while (!socket.closed) {
      if (socket.writable) socket.write(chunk);
      await new Promise(setImmediate);
    }
    expect(received).toMatch(/^HTTP\/1.1 413 .*connection: close/is);
    expect(socket.bytesWritten).toBeLessThan(10_000_000);
  });

  test("is a setting", async () => {
    const served = await serveContract(contract, undefined, { maxBodyBytes: 20 });
    expect((await served.request("POST", "/json", json(padded(20)))).status).toBe(200);
    expect((await served.request("POST", "/json", json(padded(21)))).status).toBe(413);
  });
});

test("an incomplete body calls nothing", async () => {
  const served = await serveContract(contract);
  const socket = served.connect();
  socket.end(
    "POST /json HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n" +
      "content-length: 10\r\n\r\n{}",
  );
  await new Promise((resolve) => socket.on("error", resolve).on("close", resolve).resume());
  expect(served.calls).toEqual([]);
  expect(served.faults).toEqual([]);
});

test("a body may be one field", async () => {
  const served = await serveContract(contract);
  expect((await served.request("POST", "/text", json('"a"'))).status).toBe(200);
  expect(served.lastMessage()).toEqual({ text: "a" });
  expect((await served.request("POST", "/text", json("5"))).status).toBe(400);
});

test.each([
  [
    "/raw/a",
    { text: "a", raw: { contentType: "image/png", data: "/wA=" } },
    { raw: { contentType: "text/csv", data: "AP8=" } },
  ],
  ["/whole", { contentType: "image/png", data: "/wA=" }, { contentType: "text/csv", data: "AP8=" }],
])("a google.api.HttpBody at %s is bytes as they are", async (path, message, answer) => {
  const served = await serveContract(contract, () => answer);
  const { headers, body } = await served.request("POST", path, {
    headers: { "content-type": "image/png" },
    body: Buffer.from([0xff, 0]),
  });
  expect(served.lastMessage()).toEqual(message);
  expect({ type: headers["content-type"], length: headers["content-length"], body }).toEqual({
    type: "text/csv",
    length: "2",
    body: "\0\uFFFD",
  });
});
