// Clients that begin a preface, headers or a request, and don't end them.
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { begin, data, frame, framesOf, headers, ping, settingsAck } from "../protocols/frames.ts";
import { RawConnection, serve, until } from "./sockets.ts";

const HEADERS_MS = 300;
/** An idle connection has so much longer that it isn't what ends these. */
const LIMITS = { headersMs: HEADERS_MS, idleMs: 60_000 };

const listenForAnything = () =>
  serve((request, response) => {
    if (request.url !== "/wait") response.end("answer");
  }, LIMITS);

/** Writes something again and again, until the connection is closed or the test ends. */
function drip(connection: RawConnection, text: () => string): void {
  const timer = setInterval(() => connection.socket.writable && connection.write(text()), 20);
  onTestFinished(() => clearInterval(timer));
  connection.socket.once("close", () => clearInterval(timer));
}

/** Headers without END_HEADERS: GET, /, http. */
const BEGUN = frame("HEADERS", 1, "\x82\x84\x86", 1);

describe("over HTTP/2", () => {
  test.each([
    ["the preface stops at its fourteenth byte", begin().slice(0, 14)],
    ["no SETTINGS follow the preface", begin().slice(0, 24)],
    ["SETTINGS stop in the middle", begin().slice(0, 28)],
    ["a request's headers stop", begin() + settingsAck + BEGUN],
    ["a second request's headers stop", begin() + headers(1) + frame("HEADERS", 3, "\x82", 1)],
  ])("a connection is closed when %s", async (_, text) => {
    const { port } = await listenForAnything();
    const connection = new RawConnection(port);
    connection.write(text);
    await connection.toEnd();
  });

  test("a connection is closed when a CONTINUATION comes byte by byte", async () => {
    const { port } = await listenForAnything();
    const connection = new RawConnection(port);
    connection.write(
      begin() + settingsAck + BEGUN + frame("CONTINUATION", 1, "x".repeat(9_999)).slice(0, 9),
    );
    let turn = 0;
    drip(connection, () => "\0\x01a\x01b"[turn++ % 5]!);
    await connection.toEnd();
  });

  test("a connection lives on when its last stream was refused", async () => {
    const { port } = await listenForAnything();
    const connection = new RawConnection(port);
    // Without :authority the stream is malformed, and node emits nothing.
    connection.write(begin() + settingsAck + frame("HEADERS", 1, "\x82\x84\x86", 5));
    await until(() => framesOf(connection.received).some(({ kind }) => kind === "RST_STREAM"));
    await until(() => framesOf(connection.received).some(({ kind }) => kind === "PING"));
    connection.write(frame("PING", 0, "\0".repeat(8), 1));
    await delay(3 * HEADERS_MS);
    connection.write(headers(3));
    await connection.until(/answer/);
  });

  test("a connection lives on without requests, and with one that waits", async () => {
    const { port } = await listenForAnything();
    const [idle, waiting] = [new RawConnection(port), new RawConnection(port)];
    idle.write(begin() + settingsAck + headers(1));
    waiting.write(begin() + settingsAck + headers(1, { path: "/wait" }));
    drip(waiting, () => ping);
    await delay(3 * HEADERS_MS);
    for (const connection of [idle, waiting]) {
      connection.write(headers(3));
      await until(() => framesOf(connection.received).some(({ stream }) => stream === 3));
    }
  });
});

describe("over HTTP/1.1", () => {
  const GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

  test("a connection is closed when nothing but empty lines follow an answer", async () => {
    const { port } = await listenForAnything();
    const connection = new RawConnection(port);
    connection.write(GET);
    await connection.until(/answer/);
    drip(connection, () => "\r\n");
    expect(await connection.toEnd()).toMatch(/answer.*HTTP\/1\.1 408 /s);
  });

  test("a connection lives on with a request after each empty line, and without any", async () => {
    const { port } = await listenForAnything();
    const [busy, idle] = [new RawConnection(port), new RawConnection(port)];
    idle.write(GET);
    drip(busy, () => `\r\n${GET}`);
    await delay(3 * HEADERS_MS);
    for (const connection of [busy, idle]) {
      connection.received = "";
      connection.write(GET);
      await connection.until(/answer/);
    }
  });

  test("a request has its own time for its body", async () => {
    const { port } = await serve((request, response) => {
      request.on("data", () => undefined);
      request.on("end", () => void response.end("answer"));
    }, LIMITS);
    const connection = new RawConnection(port);
    connection.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 60\r\n\r\n");
    drip(connection, () => "x");
    await connection.until(/answer/);
  });
});

describe("a body that took too long", () => {
  const listenForBodies = () =>
    serve(
      (request) => {
        if (request.url !== "/wait") request.on("data", () => undefined);
      },
      { ...LIMITS, bodyMs: 100 },
    );
  const post = headers(1, { method: "POST" }) + data(1, "half");

  test("ends its connection when that has no other stream", async () => {
    const { port } = await listenForBodies();
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + post);
    await connection.toEnd();
    expect(framesOf(connection.received).map(({ kind }) => kind)).toContain("GOAWAY");
  });

  test("leaves the connection to the other streams", async () => {
    const { port } = await listenForBodies();
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + post + headers(3, { path: "/wait" }));
    await until(() => framesOf(connection.received).some(({ stream }) => stream === 1));
    await delay(500);
    expect(connection.socket.closed).toBe(false);
    expect(framesOf(connection.received).map(({ kind }) => kind)).not.toContain("GOAWAY");
  });
});
