// Clients of HTTP/2 that go away in every way: the server keeps nothing of them.
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { constants, type Http2Session } from "node:http2";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { readBody } from "../../../src/http/body/body.ts";
import type { Listener } from "../../../src/http/server/listen.ts";
import { makeCertificate } from "../../clients/certificate.ts";
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
import { RawConnection, serve, until, writeHead } from "./sockets.ts";
import { letStay } from "../../../src/http/server/http2-stream.ts";
import type { Handler } from "../../../src/http/types.ts";

let tls: { readonly cert: Buffer; readonly key: Buffer };
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-leaving-"));
  const { cert, key } = await makeCertificate(folder);
  tls = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
});

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
 * A client that has sent bytes and received the first ones: its TCP connection, and the socket on
 * which it reads and writes.
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
  const received = new Promise((resolve) => socket.once("data", resolve));
  socket.write(text, "latin1");
  await received;
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
  // Its socket stays open, but it neither reads nor closes.
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
      // The sockets of the clients themselves don't count.
      await until(
        () => descriptors() - clients.filter(({ tcp }) => !tcp.destroyed).length <= before + 5,
      );
      clients.forEach(({ tcp }) => tcp.destroy());
    },
  );

  test("a client that answers no PING is dropped, with or without streams", async () => {
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
  test("gets the answer to a complete request, and then the end", async () => {
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

  test("gets no answer to an incomplete request", async () => {
    const { listener, open } = await serveCounting(false, { leavingMs: 20_000 });
    const connection = new RawConnection(listener.port);
    connection.socket.end(
      begin() + settingsAck + headers(1, { method: "POST" }) + data(1, "half"),
      "latin1",
    );
    await connection.toEnd();
    expect(open()).toEqual({ sessions: 0, streams: 0 });
  });

  test("may send GOAWAY before, and keep its side open", async () => {
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

test("an answer that its client doesn't read is dropped, the connection kept", async () => {
  const { listener, open } = await serveCounting(false, { idleMs: 300 });
  const connection = new RawConnection(listener.port);
  connection.write(begin(NO_WINDOW) + settingsAck + headers(1, { path: "/long" }));
  await connection.until(/\0\0\x04\x03\0\0\0\0\x01/);
  expect(resets(connection.received)).toEqual({ [constants.NGHTTP2_CANCEL]: 1 });
  connection.write(headers(3) + windowUpdate(3, 100));
  await connection.until(/x{10}/);
  while (open().streams > 0) await delay(5);
});
