// Systems that are asked about a password and answer what isn't documented: each is a no, in time.
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import { createServer as createHttpsServer } from "node:https";
import {
  createSecureServer,
  createServer as createHttp2Server,
  type ServerHttp2Stream,
} from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { makeCertificate } from "../../clients/certificate.ts";
import { newFolder } from "../../mariadb-server.ts";
import { openPasswordVerifier } from "../../../src/app/password-verifier.ts";

const QUESTION = { email: "ada@raw.example", username: "ada", password: "hunter2" };
/** Three seconds, and what a busy machine adds. */
const IN_TIME_MS = 4_500;

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterAll(() => {
  for (const server of servers) server.close();
});

/** Starts a server on a free port, and asks it; returns how many connections came for a no. */
async function ask(
  server: Server,
  protocol: "http" | "grpc" | "https" | "grpcs",
): Promise<true | number> {
  servers.push(server);
  const isHttp2 = server.listenerCount("stream") > 0;
  let connections = 0;
  server.on("connection", (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    // A raw server must read to see the end.
    if (!isHttp2 && !protocol.endsWith("s")) socket.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const started = performance.now();
  const verifier = openPasswordVerifier(new URL(`${protocol}://127.0.0.1:${port}`));
  const valid = await verifier.verify(QUESTION);
  expect(performance.now() - started).toBeLessThan(IN_TIME_MS);
  return valid || connections;
}

const TYPE = { ":status": 200, "content-type": "application/grpc+proto" };
const VALID = Buffer.from([8, 1]);
/** A message with the flag and the length before it. */
const frame = (message: Uint8Array, flag = 0, length = message.length): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt8(flag);
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
};

/** Answers with bytes and trailers. */
const answering =
  (bytes: Buffer, trailers: Record<string, string> | undefined = { "grpc-status": "0" }) =>
  (stream: ServerHttp2Stream): void => {
    stream.respond(TYPE, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    stream.end(bytes);
  };

const grpcServer = (answer: (stream: ServerHttp2Stream) => unknown): Server =>
  createHttp2Server().on("stream", (stream) => {
    stream.on("error", () => undefined);
    void answer(stream);
  }) as unknown as Server;

describe.concurrent("a verifier by gRPC", () => {
  test("that says yes as documented is believed", async () => {
    expect(await ask(grpcServer(answering(frame(VALID))), "grpc")).toBe(true);
    expect(await ask(grpcServer(answering(frame(Buffer.alloc(0)))), "grpc")).toBe(1);
  });

  const odd: [string, (stream: ServerHttp2Stream) => unknown][] = [
    ["sends half a field", answering(frame(Buffer.from([8])))],
    ["sends a text in place of the truth", answering(frame(Buffer.from([10, 1, 49])))],
    ["sends a number of another field", answering(frame(Buffer.from([16, 1])))],
    ["sends a group that never ends", answering(frame(Buffer.from([11, 8, 1])))],
    ["sends JSON", answering(frame(Buffer.from('{"valid":true}')))],
    ["sends two answers", answering(Buffer.concat([frame(VALID), frame(VALID)]))],
    ["sends no answer", answering(Buffer.alloc(0))],
    ["sends less than it says", answering(frame(VALID, 0, 9))],
    ["says that a gigabyte comes", answering(frame(VALID, 0, 2 ** 30))],
    ["sends too much", answering(frame(Buffer.concat([VALID, unknownField(70_000)])))],
    ["compresses in no known way", answering(frame(VALID, 1))],
    ["says yes and fails", answering(frame(VALID), { "grpc-status": "13" })],
    ["says yes and a status of no number", answering(frame(VALID), { "grpc-status": "ok" })],
    ["says yes without a status", answering(frame(VALID), {})],
    ["ends the stream", (stream) => stream.close(2)],
    ["ends the session", (stream) => stream.session?.destroy()],
    [
      "speaks of another type",
      (stream) => {
        stream.respond({ ":status": 200, "content-type": "text/html" });
        stream.end(frame(VALID));
      },
    ],
    [
      "leads elsewhere",
      (stream) => {
        stream.respond({ ":status": 307, location: "http://127.0.0.1:1/" });
        stream.end();
      },
    ],
    [
      "drips",
      async (stream) => {
        stream.respond(TYPE);
        for (const byte of Buffer.concat([frame(VALID), Buffer.alloc(40)])) {
          if (stream.destroyed) return;
          stream.write(Buffer.from([byte]));
          await delay(150);
        }
      },
    ],
    ["never begins", () => undefined],
  ];
  test.each(odd)("that %s is a no", async (_, answer) => {
    expect(await ask(grpcServer(answer), "grpc")).toBe(1);
  });

  const raw: [string, (socket: Socket) => void][] = [
    ["is silent from the beginning", () => undefined],
    ["speaks HTTP/1.1", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["sends noise", (socket) => socket.end(Buffer.alloc(4096, 7))],
    ["hangs up", (socket) => socket.resetAndDestroy()],
  ];
  test.each(raw)("that %s is a no", async (_, serve) => {
    expect(await ask(createServer(serve), "grpc")).toBe(1);
  });
});

describe.concurrent("a verifier by HTTP", () => {
  /** Answers each request with these parts, waiting in between. */
  const httpServer = (...parts: readonly (string | Buffer | number)[]): Server =>
    createServer((socket) => {
      socket.once("data", () => void write(socket, parts));
    });
  const head = (rest: string, status = "200 OK"): string => `HTTP/1.1 ${status}\r\n${rest}\r\n`;
  const whole = (body: string, status?: string): string =>
    head(`content-length: ${Buffer.byteLength(body)}\r\n`, status) + body;
  const YES = '{"valid":true}';

  test("that says yes as documented is believed", async () => {
    expect(await ask(httpServer(whole(YES)), "http")).toBe(true);
    expect(await ask(httpServer(whole('{"valid":false}')), "http")).toBe(1);
  });

  const odd: [string, readonly (string | Buffer | number)[]][] = [
    ["says yes and fails", [whole(YES, "500 Internal Server Error")]],
    ["says yes and refuses", [whole(YES, "401 Unauthorized")]],
    ["says yes and more", [whole(`${YES}}`)]],
    ["says yes in a text", [whole('{"valid":"true"}')]],
    ["says yes in a list", [whole(`[${YES}]`)]],
    ["says yes in a proto", [whole('{"__proto__":{"valid":true}}')]],
    ["sends a page", [whole("<h1>It works!</h1>")]],
    ["sends half of it", [head("content-length: 99\r\n"), YES, "END"]],
    [
      "sends half of its chunks",
      [head("transfer-encoding: chunked\r\n"), `e\r\n${YES}\r\n`, "END"],
    ],
    ["sends too much", [whole(`{"valid":true,"x":"${"x".repeat(70_000)}"}`)]],
    ["never ends", [head("transfer-encoding: chunked\r\n"), ...endless()]],
    ["drips", [head("content-length: 14\r\n"), ...YES.split("").flatMap((each) => [each, 300])]],
    ["begins too late", [3_200, whole(YES)]],
    ["is silent", []],
    ["hangs up", ["END"]],
  ];
  test.each(odd)("that %s is a no", async (_, parts) => {
    expect(await ask(httpServer(...parts), "http")).toBe(1);
  });

  test.each(["301", "302", "303", "307", "308"])(
    "that leads elsewhere with %s is a no, and the password stays here",
    async (status) => {
      let asked = 0;
      const other = createServer((socket) => {
        asked++;
        socket.end(whole(YES));
      });
      servers.push(other);
      other.listen(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      const location = `location: http://127.0.0.1:${port}/\r\ncontent-length: 0\r\n`;
      expect(await ask(httpServer(head(location, `${status} Moved`)), "http")).toBe(1);
      expect(asked).toBe(0);
    },
  );
});

test("a verifier whose certificate no known authority has signed is never asked", async () => {
  const folder = await newFolder();
  const { cert, key } = await makeCertificate(folder);
  const tls = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
  let asked = 0;
  const count = (): void => void asked++;
  const http2 = createSecureServer(tls).on("stream", count) as unknown as Server;
  expect(await ask(http2, "grpcs")).toBe(1);
  expect(await ask(createHttpsServer(tls, count), "https")).toBe(1);
  expect(asked).toBe(0);
});

test("a verifier that is done with a question keeps no connection for long", async () => {
  expect(servers.length).toBeGreaterThan(40);
  await expect.poll(() => sockets.size, { timeout: 8_000 }).toBe(0);
});

async function write(socket: Socket, parts: readonly (string | Buffer | number)[]): Promise<void> {
  for (const part of parts) {
    if (part === "END") socket.end();
    else if (typeof part === "number") await delay(part);
    else if (!socket.destroyed) socket.write(part);
  }
}

function unknownField(length: number): Buffer {
  const size = [(length & 0x7f) | 0x80, ((length >> 7) & 0x7f) | 0x80, length >> 14];
  return Buffer.concat([Buffer.from([18, ...size]), Buffer.alloc(length)]);
}

function endless(): (string | number)[] {
  return Array.from({ length: 30 }, () => ["1\r\n \r\n", 120]).flat();
}
