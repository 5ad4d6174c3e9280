// Clients of HTTP/2 that leave, in every way: nothing of them is kept. And bodies and answers that
// have no end.
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { constants, type Http2Session } from "node:http2";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { create, type DescMethodUnary, type Message } from "@bufbuild/protobuf";
import { beforeAll, describe, expect, test } from "vitest";
import { readBody } from "../../../src/http/body/body.ts";
import type { Listener } from "../../../src/http/server/listen.ts";
import { createFetchAdapter } from "../../../src/http/fetch-adapter.ts";
import { createTranscoder } from "../../../src/http/transcoding/transcoder.ts";
import { pipeline } from "../../../src/http/pipeline.ts";
import { createUnary } from "../../../src/http/protocols/unary.ts";
import { makeCertificate } from "../../clients/certificate.ts";
import { buildContract } from "../contract.ts";
import {
  begin,
  data,
  framesOf,
  frame,
  headers,
  INITIAL_WINDOW_SIZE,
  resets,
  settingsAck,
  windowUpdate,
} from "../protocols/frames.ts";
import { openSession, RawConnection, readStream, serve } from "./sockets.ts";
import { letStay } from "../../../src/http/server/http2-stream.ts";
import type { HttpResponse, Handler } from "../../../src/http/types.ts";

let tls: { readonly cert: Buffer; readonly key: Buffer };
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-leaving-"));
  const { cert, key } = await makeCertificate(folder);
  tls = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
});

const writeHead = (response: HttpResponse): void =>
  void ("stream" in response ? response.writeHead(200) : response.writeHead(200));

/** A server that knows which of its sessions and streams are open. */
async function serveCounting(
  secure: boolean,
  limits: { readonly leavingMs?: number; readonly idleMs?: number } = {},
) {
  const sessions = new Set<Http2Session>();
  let [streams, seen] = [0, 0];
  const handler: Handler = async (request, response) => {
    if (!("stream" in request)) return;
    const { session } = request.stream;
    if (session !== undefined && !sessions.has(session)) {
      seen++;
      sessions.add(session);
      session.once("close", () => sessions.delete(session));
    }
    streams++;
    request.stream.once("close", () => streams--);
    if (request.url === "/watch") {
      letStay(request, "answer");
      return writeHead(response);
    }
    await readBody(request, 100_000).catch(() => undefined);
    if (request.url === "/slow") await delay(50);
    response.end("x".repeat(request.url === "/long" ? 20_000 : 10));
  };
  const listener = await serve(handler, { leavingMs: 100, ...limits, ...(secure ? { tls } : {}) });
  return { listener, open: () => ({ sessions: sessions.size, streams }), seen: () => seen };
}

/**
 * A client that has said something and heard the first bytes: its TCP connection, and what it reads
 * and writes.
 */
interface Client {
  readonly tcp: Socket;
  readonly socket: Socket;
}

async function joinAs({ port }: Listener, secure: boolean, text: string): Promise<Client> {
  const tcp = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  const socket = secure
    ? connectTls({ socket: tcp, rejectUnauthorized: false, ALPNProtocols: ["h2"] })
    : tcp;
  for (const each of [tcp, socket]) each.on("error", () => undefined);
  const heard = new Promise((resolve) => socket.once("data", resolve));
  socket.write(text, "latin1");
  await heard;
  return { tcp, socket };
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

const NO_WINDOW = [[INITIAL_WINDOW_SIZE, 0]] as const;
const STATES: Readonly<Record<string, string>> = {
  "an unfinished body": begin() + headers(1, { method: "POST" }) + data(1, "half"),
  "an answer that it doesn't read":
    begin(NO_WINDOW) + headers(1, { path: "/long" }) + headers(3, { path: "/long" }),
  "a stream that watches": begin() + headers(1, { path: "/watch" }),
  "all of them":
    begin(NO_WINDOW) +
    headers(1, { method: "POST" }) +
    headers(3, { path: "/long" }) +
    headers(5, { path: "/watch" }) +
    headers(7, { path: "/slow" }),
};
const WAYS: Readonly<Record<string, (client: Client) => unknown>> = {
  // It is there, but neither reads nor closes any more.
  "closes its side": ({ socket }) => socket.pause().end(),
  "is reset": ({ tcp }) => tcp.resetAndDestroy(),
};

describe.each([
  ["in clear text", false],
  ["under TLS", true],
] as const)("%s", (_, secure) => {
  // A TLS handshake costs as much as ten of the others.
  const countOf = (state: string): number => (state === "all of them" && !secure ? 1_000 : 100);
  const cases = Object.entries(STATES).flatMap(([state, text]) =>
    Object.entries(WAYS).map(([way, leave]) => ({
      state,
      text,
      way,
      leave,
      count: countOf(state),
    })),
  );

  test.each(cases)(
    "nothing is kept of $count clients with $state, each of which $way",
    async ({ text, leave, count }) => {
      const { listener, open, seen } = await serveCounting(secure);
      const before = descriptors();
      const clients: Client[] = [];
      while (clients.length < count) {
        const batch = await Promise.all(
          Array.from({ length: 100 }, () => joinAs(listener, secure, text)),
        );
        clients.push(...batch);
        await until(() => seen() === clients.length);
        batch.forEach(leave);
      }
      await until(() => open().sessions === 0 && open().streams === 0);
      // Those of the clients that are still there are their own.
      await until(
        () => descriptors() - clients.filter(({ tcp }) => !tcp.destroyed).length <= before + 5,
      );
      clients.forEach(({ tcp }) => tcp.destroy());
    },
  );

  test("a client that answers no PING is gone, a stream or not", async () => {
    const { listener, open, seen } = await serveCounting(secure, { idleMs: 50 });
    const clients = await Promise.all(
      ["/watch", "/long"].map((path) =>
        joinAs(listener, secure, begin(NO_WINDOW) + headers(1, { path })),
      ),
    );
    await until(() => seen() === 2 && open().sessions === 0 && open().streams === 0);
    clients.forEach(({ tcp }) => tcp.destroy());
  });
});

describe("a client that has closed its side", () => {
  test("gets the answer that is under way, and then the end", async () => {
    const { listener, open } = await serveCounting(false, { leavingMs: 20_000 });
    const connection = new RawConnection(listener.port);
    connection.socket.end(
      begin() +
        settingsAck +
        headers(1, { path: "/slow" }) +
        headers(3, { method: "POST", path: "/slow" }) +
        data(3, "whole", true),
      "latin1",
    );
    const frames = framesOf(await connection.toEnd());
    expect(
      frames
        .filter(({ kind }) => kind === "DATA")
        .map(({ payload }) => payload.toString())
        .join(""),
    ).toBe("x".repeat(20));
    expect(open()).toEqual({ sessions: 0, streams: 0 });
  });

  test("doesn't wait for a request that can't end any more", async () => {
    const { listener, open } = await serveCounting(false, { leavingMs: 20_000 });
    const connection = new RawConnection(listener.port);
    connection.socket.end(
      begin() + settingsAck + headers(1, { method: "POST" }) + data(1, "half"),
      "latin1",
    );
    await connection.toEnd();
    expect(open()).toEqual({ sessions: 0, streams: 0 });
  });

  test("may say GOAWAY before, and stay", async () => {
    const { listener, open } = await serveCounting(false);
    const connection = new RawConnection(listener.port);
    connection.socket.allowHalfOpen = true;
    connection.write(
      begin() + settingsAck + headers(1, { path: "/slow" }) + frame("GOAWAY", 0, "\0".repeat(8)),
    );
    await connection.until(/x{10}/);
    await until(() => open().sessions === 0 && open().streams === 0);
  });
});

test("an answer that its client doesn't take is dropped, and the connection lives on", async () => {
  const { listener, open } = await serveCounting(false, { idleMs: 300 });
  const connection = new RawConnection(listener.port);
  connection.write(begin(NO_WINDOW) + settingsAck + headers(1, { path: "/long" }));
  await connection.until(/\0\0\x04\x03\0\0\0\0\x01/);
  expect(resets(connection.received)).toEqual({ [constants.NGHTTP2_CANCEL]: 1 });
  connection.write(headers(3) + windowUpdate(3, 100));
  await connection.until(/x{10}/);
  while (open().streams > 0) await delay(5);
});

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
    "over %s is given up when it drips, and its stream is freed",
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
      // The connection lives on.
      connection.write(headers(3, { path: "/nowhere" }));
      await until(() =>
        framesOf(connection.received).some(
          ({ kind, stream }) => kind === "HEADERS" && stream === 3,
        ),
      );
    },
  );

  test("is cut off where the answer has begun", async () => {
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

  test("and is longer than it may be leaves no stream behind", async () => {
    const { port } = await serve(handler);
    const session = openSession(port);
    // More than a connection has streams at once, so that one that stayed would be missed.
    for (let turn = 0; turn < 140; turn++) {
      const stream = session.request({ ":method": "POST", ":path": "/page" });
      stream.on("error", () => undefined);
      stream.end(Buffer.alloc(70_000 + 1_000 * turn));
      expect((await readStream(stream)).status).toBe(413);
    }
    await until(() => open.size === 0);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(5);
}

/** The status in a block of headers: those of HPACK's table, or as text. */
function statusIn(block: Buffer): string {
  const indexed: Readonly<Record<number, string>> = {
    0x88: "200",
    0x89: "204",
    0x8a: "206",
    0x8b: "304",
    0x8c: "400",
    0x8d: "404",
    0x8e: "500",
  };
  return indexed[block[0]!] ?? huffmanDigits(block);
}

/**
 * A literal status: name 8 of the table, then three digits in HPACK's Huffman code, RFC 7541
 * appendix B.
 */
function huffmanDigits(block: Buffer): string {
  const at = block.findIndex((byte, index) => byte === 0x48 && (block[index + 1]! & 0x7f) <= 3);
  const [length, bytes] = [block[at + 1]! & 0x7f, block.subarray(at + 2)];
  if ((block[at + 1]! & 0x80) === 0) return bytes.subarray(0, length).toString();
  const codes: Readonly<Record<string, string>> = {
    "00000": "0",
    "00001": "1",
    "00010": "2",
    "011001": "3",
    "011010": "4",
    "011011": "5",
    "011100": "6",
    "011101": "7",
    "011110": "8",
    "011111": "9",
  };
  let [bits, text] = [
    [...bytes.subarray(0, length)].map((byte) => byte.toString(2).padStart(8, "0")).join(""),
    "",
  ];
  while (text.length < 3) {
    const code = [bits.slice(0, 5), bits.slice(0, 6)].find((each) => codes[each] !== undefined);
    if (code === undefined) return text;
    text += codes[code]!;
    bits = bits.slice(code.length);
  }
  return text;
}
