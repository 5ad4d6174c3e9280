// What a client gets of a predecessor's answer that is odd: its bytes, or the documented 500.
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { json, LOGIN } from "./raw-predecessor.ts";
import { CREDENTIALS, requestOf, TIMEOUT_MS, useRaw } from "./use-raw.ts";

const FAULT = '{"error":"Internal server error"}';
const BODY = '{"token":"a token of 16 letters","message":"Login successful"}';
const TYPE = "content-type: application/json\r\n";
const head = (rest: string, status = "200 OK"): string => `HTTP/1.1 ${status}\r\n${TYPE}${rest}`;
const sized = (body: string | Buffer, more = ""): Buffer =>
  Buffer.concat([
    Buffer.from(head(`${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n`), "latin1"),
    Buffer.from(body),
  ]);
const huge = JSON.stringify({ token: "x".repeat(1024 * 1024) });

/** Writes parts of an answer, waits, and may end or reset the connection. */
const after =
  (...parts: readonly (string | Buffer | number)[]) =>
  async (socket: Socket): Promise<void> => {
    for (const part of parts) {
      if (part === "END") socket.end();
      else if (part === "RESET") socket.resetAndDestroy();
      else if (typeof part === "number") await delay(part);
      else if (!socket.destroyed) socket.write(part);
    }
  };
const drip = Array.from({ length: 12 }, (_, at) => [BODY.slice(at, at + 1), 60]).flat();

describe("an answer in mirror", () => {
  const used = useRaw();

  const passed: [string, (socket: Socket) => Promise<void>][] = [
    ["in chunks", after(head("transfer-encoding: chunked\r\n\r\n1\r\n{\r\n"), 5, chunk(BODY))],
    ["of HTTP/1.0 without a length", after(`HTTP/1.0 200 OK\r\n${TYPE}\r\n`, BODY, "END")],
    ["in pieces", after(sized(BODY).subarray(0, 20), 20, sized(BODY).subarray(20))],
    ["after 100 and 103", after("HTTP/1.1 100 Continue\r\n\r\n", hint(), LOGIN)],
    ["with a header of 15,000 bytes", after(sized(BODY, `x-long: ${"x".repeat(15_000)}\r\n`))],
    ["whose connection then ends", after(LOGIN, "END")],
    ["of one MiB", after(sized(JSON.stringify({ token: "x".repeat(1024 * 1024 - 12) })))],
  ];
  test.each(passed)("%s is passed on", async (name, reply) => {
    used.raw.reply = (socket) => void reply(socket);
    const answer = await used.login();
    expect([answer.status, used.raw.requests.length]).toEqual([200, 1]);
    if (name === "of one MiB") expect(answer.body.length).toBe(1024 * 1024);
    else expect(answer.body.toString()).toBe(BODY);
  });

  const refused: [string, (socket: Socket) => Promise<void>][] = [
    ["longer than one MiB", after(sized(huge))],
    [
      "longer than one MiB, in chunks",
      after(head("transfer-encoding: chunked\r\n\r\n"), chunk(huge)),
    ],
    ["shorter than it says", after(head("content-length: 500\r\n\r\n"), BODY, "END")],
    ["in half of its chunks", after(head("transfer-encoding: chunked\r\n\r\n5\r\n"), BODY, "END")],
    ["reset in the middle", after(head("content-length: 500\r\n\r\n"), BODY, 20, "RESET")],
    ["reset at once", after("RESET")],
    ["closed at once", after("END")],
    ["that never begins", after()],
    ["that never ends", after(head("content-length: 500\r\n\r\n"), BODY)],
    ["that drips for longer than its time", after(head("content-length: 62\r\n\r\n"), ...drip)],
    [
      "with a head that drips",
      after(
        ...LOGIN.slice(0, 12)
          .split("")
          .flatMap((each) => [each, 60]),
      ),
    ],
    ["in gzip, for which no one asked", after(sized(gzipSync(BODY), "content-encoding: gzip\r\n"))],
    ["without a body", after("HTTP/1.1 204 No Content\r\n\r\n")],
    ["of 304", after("HTTP/1.1 304 Not Modified\r\n\r\n")],
    ["with a head of 20,000 bytes", after(sized(BODY, `x-long: ${"x".repeat(20_000)}\r\n`))],
    ["with two lengths", after(sized(BODY, "content-length: 3\r\n"))],
    ["with a length and chunks", after(sized(BODY, "transfer-encoding: chunked\r\n"))],
    ["of a proxy's page", after("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 6\r\n\r\n<h1>\r\n")],
    [
      "that leads elsewhere",
      after("HTTP/1.1 301 Moved\r\nlocation: /x\r\ncontent-length: 0\r\n\r\n"),
    ],
    ["of another protocol", after("SSH-2.0-OpenSSH_9.9\r\n")],
    ["that switches the protocol", after("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n")],
    [
      "that switches, and ends",
      after("HTTP/1.1 101 X\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n", "END"),
    ],
  ];
  test.each(refused)("%s is the documented 500, at once or in time", async (_, reply) => {
    used.raw.reply = (socket) => void reply(socket);
    const started = performance.now();
    const answer = await used.login();
    expect(performance.now() - started).toBeLessThan(TIMEOUT_MS + 1_500);
    expect([answer.status, answer.body.toString()]).toEqual([500, FAULT]);
    // Never a second time: a registration may have happened.
    expect(used.raw.requests.length).toBe(1);
    used.raw.reply = (socket) => void socket.write(LOGIN);
    expect((await used.login()).status).toBe(200);
  });

  test("leaves no socket behind, however it went", async () => {
    expect(refused.length).toBeGreaterThan(20);
    await expect.poll(() => used.raw.sockets.size, { timeout: 4_000 }).toBe(0);
  });

  test("keeps the headers that repeat, and bytes that are no ASCII", async () => {
    used.raw.reply = (socket) =>
      void socket.write(
        Buffer.from(
          json(
            { token: "t" },
            "401 Nein",
            "vary: Origin",
            "Vary: Accept",
            'www-authenticate: A realm="\xe4\xff"',
            "WWW-Authenticate: B",
            "retry-after: 7",
            "retry-after: 8",
            "connection: keep-alive, ETag",
            "etag: hop",
            "keep-alive: timeout=5",
            "proxy-authenticate: Basic",
            "upgrade: h2c",
            "server: old",
            "set-cookie: a=1",
          ),
          "latin1",
        ),
      );
    const { status, lines } = await used.login();
    expect(status).toBe(401);
    const headers = lines.slice(1).filter((each) => !/^(?:date|x-request-id)/i.test(each));
    expect(headers.toSorted()).toEqual(
      [
        "vary: Origin",
        "vary: Accept",
        'www-authenticate: A realm="\xe4\xff"',
        "www-authenticate: B",
        // The first, as node's clients take it: HTTP/2 allows one.
        "retry-after: 7",
        "content-type: application/json",
        "content-length: 13",
        "Connection: close",
      ].toSorted(),
    );
  });

  test("over HTTP/2 keeps the headers that repeat, where that protocol allows it", async () => {
    const twice = ["vary: a", "vary: b", "retry-after: 7", "retry-after: 8", "etag: 1", "etag: 2"];
    used.raw.reply = (socket) => void socket.write(json({ token: "t" }, "401 No", ...twice));
    const session = connectHttp2(used.server.url);
    const stream = session.request({
      ":method": "POST",
      ":path": "/user/login",
      "content-type": "application/x-www-form-urlencoded",
    });
    stream.end(CREDENTIALS);
    const [headers] = (await once(stream.resume(), "response")) as [object];
    session.close();
    expect(headers).toMatchObject({ ":status": 401, vary: "a, b", "retry-after": "7", etag: "1" });
  });

  test("over a connection that has ended meanwhile is a new call's, not a lost one", async () => {
    await used.login();
    for (const socket of used.raw.sockets) socket.end();
    await delay(50);
    expect([(await used.login()).status, used.raw.requests.length]).toEqual([200, 2]);
  });

  test("that comes unasked is never the answer of the next call", async () => {
    used.raw.reply = (socket) => {
      socket.write(LOGIN);
      setTimeout(() => socket.write(json({ token: "another user's token" })), 30);
    };
    expect((await used.login()).status).toBe(200);
    await delay(100);
    used.raw.reply = (socket) => void socket.write(LOGIN);
    const answer = await used.login();
    expect([answer.status, answer.body.toString()]).toEqual([200, BODY]);
  });

  test("longer than it says is never the begin of the next call's", async () => {
    used.raw.reply = (socket) => void socket.write(LOGIN + json({ token: "another user's token" }));
    await used.login();
    used.raw.reply = (socket) => void socket.write(LOGIN);
    const answer = await used.login();
    expect([answer.status, answer.body.toString()]).toEqual([200, BODY]);
  });

  test("of a page is passed on as it is, with its way back here", async () => {
    const old = `http://127.0.0.1:${used.raw.port}`;
    const page = requestOf("GET /login/?secret_id=MTYz", "", ["accept: text/html"]);
    used.raw.reply = (socket) =>
      void socket.write(
        `HTTP/1.1 302 Found\r\nlocation: ${old}/login/?next=1\r\nset-cookie: a=1\r\n` +
          "set-cookie: b=2; Path=/\r\ncontent-length: 0\r\n\r\n",
      );
    const moved = await used.send(page);
    expect(moved.lines.filter((each) => /^(?:location|set-cookie)/i.test(each))).toEqual([
      `location: ${used.server.url}/login/?next=1`,
      "set-cookie: a=1",
      "set-cookie: b=2; Path=/",
    ]);
    const zipped = gzipSync("<h1>Да</h1>");
    used.raw.reply = (socket) =>
      void socket.write(
        Buffer.concat([
          Buffer.from("HTTP/1.1 502 Bad\r\ncontent-type: text/html\r\ncontent-encoding: gzip\r\n"),
          Buffer.from(`content-length: ${zipped.length}\r\n\r\n`),
          zipped,
        ]),
      );
    const failed = await used.send(page);
    expect([failed.status, failed.body.equals(zipped)]).toEqual([502, true]);
    used.raw.reply = (socket) =>
      void socket.write("HTTP/1.1 304 Not Modified\r\netag: x\r\ncontent-length: 99\r\n\r\n");
    const same = await used.send(page);
    expect([same.status, same.body.length]).toEqual([304, 0]);
    expect(same.lines).toContain("etag: x");
  });

  test("of 400 that isn't understood doesn't open the circuit for others", async () => {
    used.raw.reply = (socket) =>
      void socket.write("HTTP/1.1 400 Bad Request\r\ncontent-length: 4\r\n\r\n<h1>");
    for (let count = 0; count < 8; count++) expect((await used.login()).status).toBe(500);
    expect(used.raw.requests.length).toBe(8);
  });
});

function chunk(text: string): string {
  const rest = text.slice(1);
  return `${rest.length.toString(16)};ext=1\r\n${rest}\r\n0\r\nx-trailer: 1\r\n\r\n`;
}

function hint(): string {
  return "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
}
