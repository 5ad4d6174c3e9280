import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect as connectHttp2 } from "node:http2";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { listen } from "../../../src/http/server/listen.ts";
import { send } from "../serve.ts";
import { openSession, RawConnection, readStream, serve } from "./sockets.ts";
import type { Handler } from "../../../src/http/types.ts";

const sayVersion: Handler = (request, response) =>
  response.end(`${request.httpVersion} ${request.url}`);

describe("one port", () => {
  test("speaks HTTP/1.1", async () => {
    const { port } = await serve(sayVersion);
    expect((await send(port, "GET", "/a", {})).body).toBe("1.1 /a");
  });

  test("speaks HTTP/2", async () => {
    const { port } = await serve(sayVersion);
    expect(await readStream(openSession(port).request({ ":path": "/a" }))).toEqual({
      status: 200,
      body: "2.0 /a",
    });
  });

  test("knows the version when it comes byte by byte", async () => {
    const { port } = await serve(sayVersion);
    const connection = new RawConnection(port);
    connection.socket.setNoDelay(true);
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0") {
      connection.write(byte);
      await new Promise(setImmediate);
    }
    // SETTINGS of the server, then the acknowledgement of ours.
    await connection.until(/\0\0\0\x04\x01\0\0\0\0/);
  });

  test("takes PRI for a method where it is not the preface", async () => {
    const { port } = await serve(sayVersion);
    const connection = new RawConnection(port);
    connection.write("PRI * HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await connection.toEnd()).toMatch(/^HTTP\/1.1 400 /);
  });

  test("answers several requests on one connection in turn", async () => {
    const { port } = await serve(sayVersion);
    const connection = new RawConnection(port);
    connection.write(
      "GET /a HTTP/1.1\r\nhost: x\r\n\r\nGET /b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
    );
    expect((await connection.toEnd()).match(/1\.1 \/\w/g)).toEqual(["1.1 /a", "1.1 /b"]);
  });

  test("that is taken makes listen reject", async () => {
    const { port } = await serve(sayVersion);
    await expect(listen({ host: "127.0.0.1", port, handler: sayVersion })).rejects.toThrow(
      "EADDRINUSE",
    );
  });
});

test("both versions work under TLS", async () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  // Debian's package `openssl` has it.
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:prime256v1",
      "-nodes",
      "-keyout",
      keyFile,
      "-out",
      certFile,
      "-subj",
      "/CN=localhost",
    ],
    { stdio: "pipe" },
  );
  const tls = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
  const { url, drain } = await listen({ host: "127.0.0.1", port: 0, tls, handler: sayVersion });
  onTestFinished(() => drain(0));
  expect(url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const http1 = await new Promise<string>((resolve, reject) => {
    httpsRequest(`${url}/a`, { rejectUnauthorized: false, agent: false }, (response) =>
      response.on("data", (data) => resolve(String(data))),
    )
      .on("error", reject)
      .end();
  });
  const session = connectHttp2(url, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  expect([http1, (await readStream(session.request({ ":path": "/a" }))).body]).toEqual([
    "1.1 /a",
    "2.0 /a",
  ]);
});

describe("a request that is invalid HTTP", () => {
  const post = (headers: string, body: string): string =>
    `POST / HTTP/1.1\r\nhost: x\r\n${headers}\r\n\r\n${body}`;

  test.each([
    [
      "a length and chunks",
      post(
        "content-length: 5\r\ntransfer-encoding: chunked",
        "0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
      ),
    ],
    [
      "two lengths",
      post("content-length: 0\r\ncontent-length: 5", "GET /smuggled HTTP/1.1\r\n\r\n"),
    ],
    ["an unknown transfer coding", post("transfer-encoding: xchunked", "0\r\n\r\n")],
    ["a line feed alone", "GET / HTTP/1.1\nhost: x\n\n"],
    ["a space before the colon", post("x-a : 1", "")],
    ["a folded header", post("x-a: 1\r\n 2", "")],
    ["a NUL in a header", post("x-a: \0", "")],
    ["no host", "GET / HTTP/1.1\r\n\r\n"],
    ["two hosts", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n"],
    ["no method", "/ HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["a TLS handshake", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
    ["half a preface and then something else", "PRI * HTTX/2.0\r\n\r\n"],
  ])("gets 400 and the end of the connection: %s", async (_, text) => {
    const paths: (string | undefined)[] = [];
    const { port } = await serve((request, response) => {
      paths.push(request.url);
      response.end();
    });
    const connection = new RawConnection(port);
    connection.write(text);
    expect((await connection.toEnd()).match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 400"]);
    expect(paths).toEqual([]);
  });

  test("gets 431 when the headers are too long", async () => {
    const { port } = await serve(sayVersion);
    const connection = new RawConnection(port);
    connection.write(`GET / HTTP/1.1\r\nhost: x\r\nx-a: ${"a".repeat(17_000)}\r\n\r\n`);
    expect(await connection.toEnd()).toMatch(/^HTTP\/1.1 431 /);
  });

  // Compressed, they are short: the limit is of what they come to.
  test("gets 431 when the headers are too long over HTTP/2", async () => {
    const { port } = await serve(sayVersion);
    const session = openSession(port);
    const long = { ":path": "/a", "x-a": "a".repeat(16_384) };
    expect((await readStream(session.request(long))).status).toBe(431);
    const half = { ":path": "/a", "x-a": "a".repeat(8_000), "x-b": "b".repeat(8_000) };
    expect((await readStream(session.request(half))).status).toBe(200);
  });

  test("gets 414 when the target is too long, over both versions", async () => {
    const { port } = await serve(sayVersion);
    const path = `/${"a".repeat(8192)}`;
    expect((await send(port, "GET", path, {})).status).toBe(414);
    expect((await readStream(openSession(port).request({ ":path": path }))).status).toBe(414);
    expect((await send(port, "GET", path.slice(1), {})).status).toBe(400);
  });

  test.each(["", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nho"])(
    "and ends after %j harms no other connection",
    async (text) => {
      const { port } = await serve(sayVersion);
      const connection = new RawConnection(port);
      connection.socket.end(text);
      await connection.toEnd();
      expect((await send(port, "GET", "/a", {})).body).toBe("1.1 /a");
    },
  );
});
