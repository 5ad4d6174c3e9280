import { once } from "node:events";
import { constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { listen } from "../../../src/http/server/listen.ts";
import { type Frame, framesOf, resets } from "../protocols/frames.ts";
import { openSession, RawConnection, readStream } from "./sockets.ts";
import type { HttpResponse } from "../../../src/http/types.ts";

/** A server whose requests wait until they are let go. */
async function serveWaiting(lingerMs = 50) {
  const waiting: HttpResponse[] = [];
  let arrived = (): void => undefined;
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    lingerMs,
    handler: (_, response) => {
      waiting.push(response);
      arrived();
    },
  });
  const arrival = async (): Promise<HttpResponse> => {
    if (waiting.length === 0) await new Promise<void>((resolve) => (arrived = resolve));
    return waiting.shift()!;
  };
  return { ...listener, arrival };
}

const write = (response: HttpResponse, text: string): void =>
  void ("stream" in response ? response.write(text) : response.write(text));

const GET = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";

test("a request under way ends, and its connection with it", async () => {
  const server = await serveWaiting();
  const connection = new RawConnection(server.port);
  connection.write(GET);
  const response = await server.arrival();
  const drained = server.drain(60_000);
  response.end("done");
  expect(await connection.toEnd()).toMatch(/connection: close[^]*done/i);
  await drained;
});

test("a connection whose answer had begun is closed after it", async () => {
  const server = await serveWaiting();
  const connection = new RawConnection(server.port);
  connection.write(GET);
  const response = await server.arrival();
  write(response, "begun ");
  await connection.until(/begun/);
  const drained = server.drain(60_000);
  response.end("done");
  expect(await connection.toEnd()).toMatch(/keep-alive[^]*begun[^]*done/i);
  await drained;
});

test("an idle or silent connection is closed when no request can be on its way", async () => {
  const server = await serveWaiting();
  const connections = [new RawConnection(server.port), new RawConnection(server.port)];
  connections[0]!.write(GET);
  (await server.arrival()).end("first");
  await connections[0]!.until(/first/);
  await server.drain(60_000);
  await Promise.all(connections.map((connection) => connection.toEnd()));
});

test("an HTTP/2 client gets GOAWAY, and its streams end", async () => {
  const server = await serveWaiting();
  const session = openSession(server.port);
  const stream = session.request({ ":method": "POST", ":path": "/" });
  const response = await server.arrival();
  const goaway = once(session, "goaway") as Promise<[number]>;
  const drained = server.drain(60_000);
  expect((await goaway)[0]).toBe(constants.NGHTTP2_NO_ERROR);
  // A stream in both directions goes on until both sides have said all.
  write(response, "one ");
  stream.end("more");
  response.end("two");
  expect((await readStream(stream)).body).toBe("one two");
  await drained;
});

test("new connections are refused", async () => {
  const server = await serveWaiting();
  const connection = new RawConnection(server.port);
  connection.write(GET);
  const response = await server.arrival();
  const drained = server.drain(60_000);
  const late = new RawConnection(server.port);
  late.write(GET);
  expect(await late.toEnd()).toBe("");
  response.end();
  await drained;
});

test("connections that don't end in time are destroyed", async () => {
  const server = await serveWaiting();
  const connection = new RawConnection(server.port);
  connection.write(GET);
  await server.arrival();
  const session = openSession(server.port);
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => undefined);
  await server.arrival();
  await server.drain(10);
  expect(await connection.toEnd()).toBe("");
});

test("a request that is on its way when the drain begins is answered", async () => {
  const server = await serveWaiting();
  const [used, silent] = [new RawConnection(server.port), new RawConnection(server.port)];
  used.write(GET);
  (await server.arrival()).end("first");
  await used.until(/first/);
  const drained = server.drain(60_000);
  for (const connection of [used, silent]) {
    connection.write(GET);
    (await server.arrival()).end("last");
    expect(await connection.toEnd()).toMatch(/connection: close[^]*last$/i);
  }
  await drained;
});

test("a stream that is on its way when the drain begins is answered", async () => {
  const server = await serveWaiting();
  const session = openSession(server.port);
  const first = session.request({ ":path": "/" });
  const answer = await server.arrival();
  const drained = server.drain(60_000);
  // Neither side knows yet what the other has just done.
  const second = session.request({ ":path": "/" });
  (await server.arrival()).end("last");
  answer.end("first");
  expect((await Promise.all([first, second].map(readStream))).map(({ body }) => body)).toEqual([
    "first",
    "last",
  ]);
  await drained;
});

/** A client's preface, whose windows let any response in. */
const OPENING = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from("00000604000000000000047fffffff", "hex"), // SETTINGS, INITIAL_WINDOW_SIZE
  Buffer.from("0000040800000000007fff0000", "hex"), // WINDOW_UPDATE of the connection
  Buffer.from("000000040100000000", "hex"), // SETTINGS, acknowledged
]).toString("latin1");
/** HEADERS of `GET /` on a stream. */
const getOn = (stream: number): string =>
  Buffer.from(`00000601050000000${stream}828486410178`, "hex").toString("latin1");
/** `:status: 200` in the static table of HPACK. */
const STATUS_200 = 0x88;
const NOTICE = Buffer.from("0000080700000000007fffffff00000000", "hex").toString("latin1");

test("a client that reads late gets GOAWAY, and its stream on its way is answered", async () => {
  const server = await serveWaiting(10_000);
  const connection = new RawConnection(server.port);
  connection.write(OPENING + getOn(1));
  const response = await server.arrival();
  await connection.until(/./s);
  connection.socket.pause();
  response.end(Buffer.alloc(7 * 1024 * 1024, "x"));
  // More than the kernel takes.
  await delay(100);
  const drained = server.drain(60_000);
  connection.write(getOn(3));
  expect(connection.received).not.toContain(NOTICE);
  connection.socket.resume();
  await expect.poll(() => connection.received.includes(NOTICE)).toBe(true);
  (await server.arrival()).end("on its way");
  await connection.until(/on its way/);
  connection.socket.destroy();
  await drained;
});

test("streams that cross the first GOAWAY are answered, later ones not", async () => {
  const server = await serveWaiting(300);
  const connection = new RawConnection(server.port);
  connection.write(OPENING);
  await connection.until(/./s);
  // A stream under way keeps the connection open beyond the second GOAWAY.
  connection.write(getOn(1));
  const open = await server.arrival();
  const drained = server.drain(60_000);
  await connection.until(new RegExp(NOTICE, "s"));
  for (const stream of [3, 5]) {
    connection.write(getOn(stream));
    (await server.arrival()).end(`answer ${stream}`);
    await connection.until(new RegExp(`answer ${stream}`));
  }
  const last = (): Frame | undefined => framesOf(connection.received).at(-1);
  await expect.poll(() => last()?.kind).toBe("GOAWAY");
  // Its last stream, and no error.
  expect(last()?.payload.toString("hex")).toBe("0000000500000000");
  connection.write(getOn(7));
  open.end("answer 1");
  expect(resets(await connection.toEnd())).toEqual({});
  const statuses = framesOf(connection.received).filter(({ kind }) => kind === "HEADERS");
  expect(statuses.map(({ stream, payload }) => [stream, payload[0]])).toEqual(
    [3, 5, 1].map((stream) => [stream, STATUS_200]),
  );
  await drained;
});
