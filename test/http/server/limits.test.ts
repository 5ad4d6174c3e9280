import { once } from "node:events";
import { createServer, Socket, type AddressInfo } from "node:net";
import { constants, type Http2ServerRequest } from "node:http2";
import { PassThrough } from "node:stream";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { collect } from "../../../src/http/body/body.ts";
import { detectHttpVersion } from "../../../src/http/server/detect-http-version.ts";
import { CONNECTION_LIMITS, http2Options } from "../../../src/http/server/limits.ts";
import type { Contract } from "../contract.ts";
import { send, serveContract } from "../serve.ts";
import { openSession, RawConnection, readStream, serve } from "./sockets.ts";

const contract: Contract = {
  messages: { Message: { text: "string" } },
  methods: { Say: { input: "Message", output: "Message", http: { post: "/say", body: "*" } } },
};
const JSON_HEADERS = { ":method": "POST", ":path": "/say", "content-type": "application/json" };
const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS = "\0\0\0\x04\0\0\0\0\0";

describe("a silent connection", () => {
  /** What readVersion says of a connection that does this. */
  async function outcome(timeoutMs: number, act: (client: Socket) => void): Promise<string> {
    const server = createServer();
    onTestFinished(() => void server.close());
    const client = new Socket();
    const accepted = once(server, "connection") as Promise<[Socket]>;
    server.listen(0, "127.0.0.1", () =>
      client.connect((server.address() as AddressInfo).port, "127.0.0.1"),
    );
    const [socket] = await accepted;
    const detected = new Promise<string>((resolve) =>
      detectHttpVersion(socket, timeoutMs, (isHttp2) => resolve(isHttp2 ? "HTTP/2" : "HTTP/1.1")),
    );
    const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
    act(client);
    const result = await Promise.race([detected, closed]);
    client.destroy();
    socket.destroy();
    return result;
  }

  test("is closed after its time", async () => {
    expect(await outcome(5, () => undefined)).toBe("closed");
  });

  test("is closed also after a few bytes", async () => {
    expect(await outcome(50, (client) => client.write("PRI * HT"))).toBe("closed");
  });

  test("is not silent after its first bytes", async () => {
    expect(await outcome(60_000, (client) => client.write("G"))).toBe("HTTP/1.1");
    expect(await outcome(60_000, (client) => client.write("PRI * HTTP/2.0"))).toBe("HTTP/2");
  });
});

test("a slow body over HTTP/2 is given up after half a minute", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => void vi.useRealTimers());
  const request = Object.assign(new PassThrough(), {
    headers: {},
    stream: {},
  }) as unknown as Http2ServerRequest;
  const body = collect(request, 1000);
  const outcome = expect(body).rejects.toThrow("the body took too long");
  for (let second = 0; second < 30; second++) {
    request.push("x");
    await vi.advanceTimersByTimeAsync(1000);
  }
  await outcome;
});

describe("an idle connection", () => {
  test("over HTTP/1.1 is closed after its time", async () => {
    const { port } = await serve(() => undefined, { idleMs: 20 });
    const connection = new RawConnection(port);
    connection.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await connection.toEnd()).toBe("");
  });

  test("over HTTP/2 gets GOAWAY", async () => {
    const { port } = await serve(() => undefined, { idleMs: 20 });
    const session = openSession(port);
    expect((await once(session, "goaway"))[0]).toBe(constants.NGHTTP2_NO_ERROR);
    await once(session, "close");
  });

  test("over HTTP/2 is kept for a silent stream while its client answers PING", async () => {
    const { port } = await serve(
      (_, response) =>
        new Promise((resolve) => setTimeout(() => resolve(response.end("late")), 500)),
      // A client on a busy machine needs this long to answer a PING.
      { idleMs: 150 },
    );
    const session = openSession(port);
    const goaway = once(session, "goaway");
    expect(await readStream(session.request({ ":path": "/" }))).toMatchObject({
      status: 200,
      body: "late",
    });
    expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
  });
});

describe("over HTTP/2", () => {
  test("a body beyond the limit gets 413, and the connection stays open", async () => {
    const served = await serveContract(contract);
    const session = openSession(served.port);
    const little = session.request(JSON_HEADERS);
    little.end(Buffer.alloc(70_000, 0x20));
    expect(await readStream(little)).toMatchObject({ status: 413 });
    // The answer comes before the end of this body, whose stream is then reset.
    const much = session.request(JSON_HEADERS);
    much.write(Buffer.alloc(1_000_000, 0x20));
    expect(await readStream(much)).toMatchObject({ status: 413 });
    expect(much.rstCode).toBe(constants.NGHTTP2_NO_ERROR);
    const stream = session.request(JSON_HEADERS);
    stream.end('{"text":"a"}');
    expect(await readStream(stream)).toMatchObject({ status: 200 });
    expect(served.calls).toHaveLength(1);
  });

  test("two Content-Types get 415", async () => {
    const served = await serveContract(contract);
    const connection = new RawConnection(served.port);
    // HPACK without compression: POST / is 0x83 0x84, literals are 0x00 and two strings with their
    // lengths.
    const literal = (name: string, value: string): string =>
      `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`;
    const block = [
      "\x83\x86",
      literal(":path", "/say"),
      literal(":authority", "x"),
      literal("content-type", "application/json"),
      literal("content-type", "text/plain"),
    ].join("");
    const length = String.fromCharCode(block.length);
    connection.write(
      `${PREFACE}${SETTINGS}\0\0${length}\x01\x04\0\0\0\x01${block}` + "\0\0\x02\0\x01\0\0\0\x01{}",
    );
    await connection.until(/MEDIA_TYPE_UNSUPPORTED/);
  });

  test.each([
    ["an upper-case name", "\0\x03X-A\x01a"],
    ["a header of the connection", "\0\x0aconnection\x05close"],
    ["te that is no trailers", "\0\x02te\x01x"],
    ["two paths", "\x84"],
  ])("%s calls nothing", async (_, header) => {
    let called = 0;
    const { port } = await serve((_request, response) => {
      called++;
      response.end();
    });
    const connection = new RawConnection(port);
    const block = `\x82\x84\x86\0\x0a:authority\x01x${header}`;
    connection.write(
      `${PREFACE}${SETTINGS}\0\0${String.fromCharCode(block.length)}\x01\x05\0\0\0\x01${block}`,
    );
    // RST_STREAM, or GOAWAY and the end.
    await connection.until(/\0\0\x04\x03\0\0\0\0\x01|\0\0.\x07\0\0\0\0\0/s);
    expect(called).toBe(0);
    expect((await send(port, "GET", "/", {})).status).toBe(200);
  });

  test("a header with a line end or NUL is refused", async () => {
    const { port } = await serve((request, response) =>
      response.end(JSON.stringify(request.headers)),
    );
    const connection = new RawConnection(port);
    const block = "\x82\x84\x86\0\x0a:authority\x01x\0\x03x-a\x03a\r\n\0\x03x-b\x02\0b";
    connection.write(
      `${PREFACE}${SETTINGS}\0\0${String.fromCharCode(block.length)}\x01\x05\0\0\0\x01${block}`,
    );
    await connection.until(/:authority/);
    expect(connection.received).not.toMatch(/x-[ab]/);
  });

  const id = (stream: number): string =>
    `\0\0${String.fromCharCode(stream >> 8)}${String.fromCharCode(stream & 0xff)}`;
  const GET = "\x82\x84\x86\0\x0a:authority\x01x";
  const POST = "\x83\x84\x86\0\x0a:authority\x01x";

  test.each<[string, string, (index: number) => string]>([
    [
      "requests that are reset",
      "",
      (index) =>
        `\0\0${String.fromCharCode(GET.length)}\x01\x05${id(2 * index + 1)}${GET}` +
        `\0\0\x04\x03\0${id(2 * index + 1)}\0\0\0\x08`,
    ],
    ["PING", "", () => "\0\0\x08\x06\0\0\0\0\x0012345678"],
    ["SETTINGS", "", () => "\0\0\0\x04\0\0\0\0\0"],
    [
      "DATA without data",
      `\0\0${String.fromCharCode(POST.length)}\x01\x04${id(1)}${POST}`,
      () => `\0\0\0\0\0${id(1)}`,
    ],
    [
      "CONTINUATION",
      `\0\0${String.fromCharCode(POST.length)}\x01\0${id(1)}${POST}`,
      () => `\0\0\x05\x09\0${id(1)}\0\x01a\x01b`,
    ],
  ])("a flood of %s ends the connection, and no other", async (_, start, frame) => {
    const { port } = await serve(
      (request, response) =>
        void setImmediate(() => request.method === "GET" && response.end("answer")),
    );
    const connection = new RawConnection(port);
    connection.write(
      PREFACE +
        SETTINGS +
        start +
        Array.from({ length: 2000 }, (__, index) => frame(index)).join(""),
    );
    await connection.toEnd();
    expect(await readStream(openSession(port).request({ ":path": "/" }))).toMatchObject({
      status: 200,
      body: "answer",
    });
  });

  test("a client can open as many streams as the limit allows", async () => {
    const { port } = await serve(() => undefined);
    const session = openSession(port);
    await once(session, "remoteSettings");
    expect(session.remoteSettings.maxConcurrentStreams).toBe(
      http2Options(CONNECTION_LIMITS).settings.maxConcurrentStreams,
    );
  });
});
