// Pipelined requests, RFC 9112 section 9.3.2: they are answered in order, one by one.
import { channel } from "node:diagnostics_channel";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { makeCertificate } from "../../clients/certificate.ts";
import { IncomingMessage } from "node:http";
import { send } from "../serve.ts";
import { RawConnection, serve } from "./sockets.ts";
import type { HttpRequest, HttpResponse } from "../../../src/http/types.ts";

const get = (path: string, more = ""): string => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const post = (path: string, body: string, more = ""): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${more}content-length: ${body.length}\r\n\r\n${body}`;

const end = (response: HttpResponse, body: string | Buffer): void =>
  void ("stream" in response ? response.end(body) : response.end(body));

async function bodyOf(request: HttpRequest): Promise<string> {
  let body = "";
  if (!(request instanceof IncomingMessage)) throw new Error("this server speaks HTTP/1.1 only");
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** Says what it was asked, a moment later. */
const echo = async (request: HttpRequest, response: HttpResponse): Promise<void> => {
  const body = await bodyOf(request);
  if (Math.random() < 0.5) await new Promise(setImmediate);
  const text = `[${request.method} ${request.url} ${body}]`;
  response.setHeader("content-length", text.length);
  end(response, text);
};

const bracketed = (text: string): string[] =>
  [...text.matchAll(/\[[^\]]*\]/g)].map(([found]) => found);

/** Which paths are begun. */
function serveBegun(answers: (path: string, response: HttpResponse) => void) {
  const begun: string[] = [];
  return serve((request, response) => {
    begun.push(request.url ?? "");
    answers(request.url ?? "", response);
  }).then((listener) => ({ ...listener, begun }));
}

/** More than any socket takes by itself. */
const LARGE = Buffer.alloc(16 * 1024 * 1024, "x");

test("1,600 answers come in the order of the requests", async () => {
  const { port } = await serve(echo);
  const connection = new RawConnection(port);
  connection.write(
    Array.from({ length: 1_600 }, (_, index) =>
      get(`/${index}`, index === 1_599 ? "connection: close\r\n" : ""),
    ).join(""),
  );
  expect(bracketed(await connection.toEnd())).toEqual(
    Array.from({ length: 1_600 }, (_, index) => `[GET /${index} ]`),
  );
});

test("bodies stay with their requests, however the bytes are cut", async () => {
  const { port } = await serve(echo);
  const asked = Array.from({ length: 30 }, (_, index) =>
    [
      get(`/g${index}`),
      post(`/p${index}`, "b".repeat(index * 40)),
      `POST /c${index} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n` +
        "3\r\nabc\r\n0\r\n\r\n",
    ].join(""),
  ).join("");
  const expected = Array.from({ length: 30 }, (_, index) => [
    `[GET /g${index} ]`,
    `[POST /p${index} ${"b".repeat(index * 40)}]`,
    `[POST /c${index} abc]`,
  ]).flat();
  for (const size of [asked.length, 1_000, 97]) {
    const connection = new RawConnection(port);
    for (let at = 0; at < asked.length; at += size) {
      connection.write(asked.slice(at, at + size));
      if (size < 1_000) await new Promise(setImmediate);
    }
    await connection.until(/\/c29 abc\]/);
    expect(bracketed(connection.received)).toEqual(expected);
    connection.socket.destroy();
  }
});

test("a request begins only when the socket has taken the answer to the last one", async () => {
  const server = await serveBegun((_, response) => end(response, LARGE));
  let made = 0;
  const count = (): void => void made++;
  channel("http.server.request.start").subscribe(count);
  onTestFinished(() => channel("http.server.request.start").unsubscribe(count));
  const connection = new RawConnection(server.port);
  connection.socket.pause();
  connection.write(get("/1") + get("/2").repeat(1_000));
  await expect.poll(() => server.begun).toEqual(["/1"]);
  // More comes, and other requests are answered meanwhile.
  connection.write(get("/3").repeat(1_000));
  expect((await send(server.port, "GET", "/other", {})).body.length).toBe(LARGE.length);
  await delay(50);
  expect(server.begun).toEqual(["/1", "/other"]);
  expect(made).toBe(2);
  connection.socket.resume();
  await expect.poll(() => server.begun.length).toBeGreaterThan(2);
});

test("bytes of later requests stay in the kernel", async () => {
  const server = await serveBegun(() => undefined);
  const connection = new RawConnection(server.port);
  connection.write(get("/").repeat(2_000_000));
  await expect.poll(() => server.begun.length).toBe(1);
  await delay(300);
  // Of 48 MB, two sockets' buffers are on their way; the others still wait in this process.
  expect(connection.socket.writableLength).toBeGreaterThan(20_000_000);
  expect(server.begun).toEqual(["/"]);
});

test("requests of a client that goes away are never begun", async () => {
  const waiting: HttpResponse[] = [];
  const server = await serveBegun((_, response) => void waiting.push(response));
  const connection = new RawConnection(server.port);
  connection.write(get("/").repeat(10));
  await expect.poll(() => waiting.length).toBe(1);
  const closed = new Promise((resolve) => waiting[0]!.once("close", () => resolve(undefined)));
  connection.socket.resetAndDestroy();
  // Node reads nothing while requests wait: that the client is gone is known when it is written to.
  end(waiting[0]!, LARGE);
  await closed;
  await delay(20);
  expect(server.begun).toEqual(["/"]);
});

test.each([
  [
    "HEAD",
    `HEAD /1 HTTP/1.1\r\nhost: x\r\n\r\n${get("/2")}`,
    /^HTTP\/1\.1 200 (?:(?!\r\n\r\n)[^])*\r\n\r\nHTTP\/1\.1 200 [^]*\[GET \/2 \]/,
  ],
  [
    "an expected 100",
    `${get("/1")}${post("/2", "ab", "expect: 100-continue\r\n")}${get("/3")}`,
    new RegExp(
      String.raw`\[GET /1 \]HTTP/1\.1 100 Continue\r\n\r\nHTTP/1\.1 200 [^]*` +
        String.raw`\[POST /2 ab\]HTTP[^]*\[GET /3 \]`,
    ),
  ],
  [
    "another expectation",
    `${get("/1")}${get("/2", "expect: x\r\n")}${get("/3")}`,
    /\[GET \/1 \]HTTP[^]*\[GET \/2 \]HTTP[^]*\[GET \/3 \]/,
  ],
  [
    "HTTP/1.0 that is kept",
    `GET /1 HTTP/1.0\r\nconnection: keep-alive\r\n\r\n${get("/2")}`,
    /\[GET \/1 \]HTTP[^]*\[GET \/2 \]/,
  ],
])("%s is answered in order", async (_, sent, expected) => {
  const { port } = await serve(echo);
  const connection = new RawConnection(port);
  connection.write(sent);
  await connection.until(expected);
});

test.each([
  [
    "the client closes",
    get("/1") + get("/2", "connection: close\r\n"),
    ["[GET /1 ]", "[GET /2 ]"],
    /connection: close/i,
  ],
  [
    "a version closes",
    `${get("/1")}GET /2 HTTP/1.0\r\n\r\n`,
    ["[GET /1 ]", "[GET /2 ]"],
    /connection: close/i,
  ],
  [
    "another protocol is asked for",
    get("/1") + get("/2", "connection: upgrade\r\nupgrade: x\r\n") + get("/3"),
    ["[GET /1 ]"],
    /^HTTP/,
  ],
  [
    "another protocol is asked for first",
    get("/1", "connection: upgrade\r\nupgrade: x\r\n") + get("/2"),
    ["[GET /1 ]"],
    /connection: close/i,
  ],
  [
    "a host is missing",
    `${get("/1")}GET /2 HTTP/1.1\r\n\r\n${get("/3")}`,
    ["[GET /1 ]"],
    /HTTP\/1\.1 400 /,
  ],
  [
    "two hosts are there",
    get("/1") + get("/2", "host: y\r\n") + get("/3"),
    ["[GET /1 ]"],
    /HTTP\/1\.1 400 /,
  ],
])("nothing is answered once %s", async (_, sent, answered, said) => {
  const { port } = await serve(echo);
  const connection = new RawConnection(port);
  connection.write(sent);
  expect(bracketed(await connection.toEnd())).toEqual(answered);
  expect(connection.received).toMatch(said);
});

test("bytes that are no request end the connection, with 400 if no answer has begun", async () => {
  const waiting: HttpResponse[] = [];
  const server = await serveBegun((path, response) =>
    path === "/wait" ? void waiting.push(response) : end(response, "[done]"),
  );
  for (const [sent, said] of [
    ["nonsense\r\n\r\n", /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/],
    [
      get("/", `a: ${"b".repeat(20_000)}\r\n`),
      /^HTTP\/1\.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n$/,
    ],
    [
      `${get("/wait")}nonsense\r\n\r\n`,
      /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/,
    ],
    [`${get("/1")}${get("/2")}nonsense\r\n\r\n`, /\[done\][^]*(\[done\]|HTTP\/1\.1 400 )/],
  ] as const) {
    const connection = new RawConnection(server.port);
    connection.write(sent);
    expect(await connection.toEnd()).toMatch(said);
  }
});

test("a connection with instant answers doesn't starve the others", async () => {
  const server = await serveBegun((_, response) => end(response, "x"));
  const connection = new RawConnection(server.port);
  connection.write(get("/many").repeat(20_000));
  await expect.poll(() => server.begun.length).toBeGreaterThan(0);
  await send(server.port, "GET", "/one", {});
  expect(server.begun.indexOf("/one")).toBeLessThan(15_000);
});

test("in a drain, the answer that has begun is the last", async () => {
  const waiting: HttpResponse[] = [];
  const server = await serveBegun((_, response) => void waiting.push(response));
  const connection = new RawConnection(server.port);
  connection.write(get("/1") + get("/2"));
  await expect.poll(() => waiting.length).toBe(1);
  const drained = server.drain(60_000);
  end(waiting[0]!, "[last]");
  expect(await connection.toEnd()).toMatch(/connection: close[^]*\[last\]$/i);
  await drained;
  expect(server.begun).toEqual(["/1"]);
});

test("under TLS it is the same", async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-tls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = await makeCertificate(folder);
  const tls = { cert: await readFile(files.cert), key: await readFile(files.key) };
  const begun: string[] = [];
  const { port } = await serve(
    (request, response) => {
      begun.push(request.url ?? "");
      return request.url === "/large" ? end(response, LARGE) : echo(request, response);
    },
    { tls },
  );
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  onTestFinished(() => void socket.destroy());
  socket
    .pause()
    .write(get("/large") + Array.from({ length: 500 }, (_, index) => get(`/${index}`)).join(""));
  await expect.poll(() => begun).toEqual(["/large"]);
  await delay(50);
  expect(begun).toEqual(["/large"]);
  const found: string[] = [];
  socket
    .on("data", (data: Buffer) => data.includes("[") && found.push(data.toString("latin1")))
    .resume();
  await expect.poll(() => found.at(-1)).toMatch(/\/499 \]/);
  expect(bracketed(found.join(""))).toEqual(
    Array.from({ length: 500 }, (_, index) => `[GET /${index} ]`),
  );
});
