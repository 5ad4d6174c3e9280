// Answers that clients don't read: how many bytes of them wait, and for how long.
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect as connectHttp2,
  constants,
} from "node:http2";
import { expect, onTestFinished, test } from "vitest";
import { UNREAD_LIMITS, type UnreadLimits } from "../../../src/http/server/limits.ts";
import { send as sendAnswer } from "../../../src/http/server/send.ts";
import { send } from "../serve.ts";
import {
  begin,
  framesOf,
  headers,
  INITIAL_WINDOW_SIZE,
  settingsAck,
  windowUpdate,
} from "../protocols/frames.ts";
import { RawConnection, readStream, serve } from "./sockets.ts";

/** Larger than what a socket takes by itself. */
const LARGE_BYTES = 6 * 1024 * 1024;
const KB = 1024;

/** A server that answers as many bytes as the path says. */
async function serveBytes(unread: Partial<UnreadLimits>, isShared = false) {
  const begun: string[] = [];
  const ended: string[] = [];
  const listener = await serve(
    (request, response) => {
      begun.push(request.url ?? "");
      response.once("close", () => ended.push(request.url ?? ""));
      sendAnswer(
        request,
        response,
        {
          status: 200,
          headers: {},
          body: Buffer.alloc(Number((request.url ?? "").split("/")[1]), "x"),
          isShared,
        },
        {},
      );
    },
    { unread },
  );
  return { ...listener, begun, ended };
}

/** A client that lets no byte of any body through, until its window is opened. */
function openWindowless(port: number): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

const openWindow = (session: ClientHttp2Session): void =>
  session.settings({ initialWindowSize: 16 * 1024 * 1024 });

function ask(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const stream = session.request({ ":path": path });
  stream.on("error", () => undefined);
  return stream;
}

const askMany = (session: ClientHttp2Session, count: number, path: string): ClientHttp2Stream[] =>
  Array.from({ length: count }, (_, index) => ask(session, `${path}/${index}`));

/** The length of a body whose headers have come. */
async function lengthOf(stream: ClientHttp2Stream): Promise<number> {
  let length = 0;
  for await (const chunk of stream) length += (chunk as Buffer).length;
  return length;
}

const isOpen = (stream: ClientHttp2Stream): boolean => !stream.closed && !stream.destroyed;

test("a connection with too much unread begins nothing more until its client reads", async () => {
  const server = await serveBytes({ connectionBytes: 100 * KB, reservedBytes: 1 });
  const session = openWindowless(server.port);
  const streams = [ask(session, `/${60 * KB}/a`)];
  await once(streams[0]!, "response");
  streams.push(ask(session, `/${60 * KB}/b`));
  await once(streams[1]!, "response");
  streams.push(...askMany(session, 50, `/${KB}`));
  // Another connection doesn't wait for this one.
  expect((await send(server.port, "GET", "/5", {})).body).toBe("xxxxx");
  expect(server.begun).toEqual([`/${60 * KB}/a`, `/${60 * KB}/b`, "/5"]);
  openWindow(session);
  expect(await Promise.all(streams.map(lengthOf))).toEqual([
    60 * KB,
    60 * KB,
    ...Array<number>(50).fill(KB),
  ]);
});

test("a request that is reset while it waits is never begun", async () => {
  const server = await serveBytes({ connectionBytes: 10 * KB });
  const session = openWindowless(server.port);
  const first = ask(session, `/${60 * KB}`);
  await once(first, "response");
  const [gone, kept] = askMany(session, 2, "/7");
  gone!.close(constants.NGHTTP2_CANCEL);
  await once(gone!, "close");
  openWindow(session);
  expect((await readStream(kept!)).body.length).toBe(7);
  expect(server.begun).toEqual([`/${60 * KB}`, "/7/1"]);
});

test("as many requests as HTTP/2 allows begin at once", async () => {
  let begun = 0;
  const { port } = await serve(() => void begun++);
  const session = openWindowless(port);
  await once(session, "remoteSettings");
  askMany(session, 128, "/");
  await expect.poll(() => begun).toBe(128);
});

test("beyond the limit of a connection, its oldest unread answers are dropped", async () => {
  const server = await serveBytes({
    mostConnectionBytes: 300 * KB,
    reservedBytes: 0,
    connectionBytes: 10_000 * KB,
  });
  const [session, other] = [openWindowless(server.port), openWindowless(server.port)];
  const elsewhere = ask(other, `/${200 * KB}`);
  await once(elsewhere, "response");
  const streams: ClientHttp2Stream[] = [];
  for (let index = 0; index < 6; index++) {
    streams.push(ask(session, `/${100 * KB}/${index}`));
    await once(streams[index]!, "response");
  }
  await expect.poll(() => streams.map(isOpen)).toEqual([false, false, false, true, true, true]);
  expect(streams[0]!.rstCode).toBe(constants.NGHTTP2_CANCEL);
  expect(isOpen(elsewhere)).toBe(true);
});

test("beyond the limit of the server, the oldest of all connections are dropped", async () => {
  const server = await serveBytes({ totalBytes: LARGE_BYTES + 250 * KB });
  const slow = new RawConnection(server.port);
  slow.socket.pause();
  slow.write(`GET /${LARGE_BYTES} HTTP/1.1\r\nhost: x\r\n\r\n`);
  await expect.poll(() => server.begun.length).toBe(1);
  const streams: ClientHttp2Stream[] = [];
  for (let index = 0; index < 5; index++) {
    streams.push(ask(openWindowless(server.port), `/${100 * KB}/${index}`));
    await once(streams[index]!, "response");
  }
  slow.socket.resume();
  expect((await slow.toEnd()).length).toBeLessThan(LARGE_BYTES);
  // With the large one gone there is room for these.
  expect(streams.map(isOpen)).toEqual([true, true, true, true, true]);
  for (let index = 5; index < 70; index++) {
    streams.push(ask(openWindowless(server.port), `/${100 * KB}/${index}`));
    await once(streams[index]!, "response");
  }
  await expect
    .poll(() => streams.filter(isOpen).length)
    .toBe(Math.floor((LARGE_BYTES + 250 * KB) / (100 * KB)));
  expect(isOpen(streams[0]!)).toBe(false);
  expect(isOpen(streams.at(-1)!)).toBe(true);
});

test.each(["HTTP/1.1", "HTTP/2"])(
  "a %s client that left before its answer holds none",
  async (version) => {
    const answer = { status: 200, headers: {}, body: Buffer.alloc(60 * KB) };
    let answered = 0;
    const { port } = await serve(
      async (request, response) => {
        const isLate = request.url === "/late";
        if (isLate) await new Promise<void>((resolve) => void response.once("close", resolve));
        sendAnswer(request, response, answer, {});
        if (isLate) answered++;
      },
      { unread: { totalBytes: 200 * KB } },
    );
    for (let count = 1; count <= 3; count++) {
      if (version === "HTTP/2") {
        const stream = ask(openWindowless(port), "/late");
        await once(stream.session!, "remoteSettings");
        stream.close(constants.NGHTTP2_CANCEL);
      } else {
        const connection = new RawConnection(port);
        connection.write("GET /late HTTP/1.1\r\nhost: x\r\n\r\n");
        await once(connection.socket, "connect");
        setTimeout(() => connection.socket.destroy(), 50);
      }
      await expect.poll(() => answered).toBe(count);
    }
    // There is room for three that others read late.
    const sessions = [openWindowless(port), openWindowless(port), openWindowless(port)];
    const streams = sessions.map((session) => ask(session, "/"));
    await Promise.all(streams.map((stream) => once(stream, "response")));
    sessions.forEach(openWindow);
    expect(await Promise.all(streams.map(lengthOf))).toEqual([60 * KB, 60 * KB, 60 * KB]);
  },
);

test("bytes that answers share are not counted", async () => {
  const server = await serveBytes(
    {
      connectionBytes: 10 * KB,
      mostConnectionBytes: 10 * KB,
      totalBytes: 10 * KB,
      reservedBytes: 10,
    },
    true,
  );
  const session = openWindowless(server.port);
  await Promise.all(
    askMany(session, 100, `/${100 * KB}`).map((stream) => once(stream, "response")),
  );
  expect(server.begun).toHaveLength(100);
});

test("an HTTP/1.1 answer that isn't read ends its connection", async () => {
  const server = await serveBytes({ stallMs: 100 });
  const connection = new RawConnection(server.port);
  const errors: unknown[] = [];
  connection.socket.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code));
  connection.socket.pause();
  // More than the kernel takes, also on a busy machine.
  const path = `/${4 * LARGE_BYTES}`;
  connection.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\nGET /1 HTTP/1.1\r\nhost: x\r\n\r\n`);
  await expect.poll(() => server.ended).toEqual([path]);
  connection.socket.resume();
  expect((await connection.toEnd()).length).toBeLessThan(4 * LARGE_BYTES);
  // The kernel keeps nothing of the rest.
  expect(errors).toEqual(["ECONNRESET"]);
  expect(server.begun).toEqual([path]);
});

test("an HTTP/2 answer that isn't read is reset, and an idle connection closed", async () => {
  const server = await serveBytes({ stallMs: 100 });
  const session = openWindowless(server.port);
  const streams = [...askMany(session, 3, `/${100 * KB}`), ask(session, "/0")];
  await Promise.all(streams.map((stream) => once(stream, "close")));
  if (!session.destroyed) await once(session, "close");
  expect(streams.map(({ rstCode }) => rstCode)).not.toContain(constants.NGHTTP2_NO_ERROR);
});

test("a client that reads a byte now and then gets no more time", async () => {
  const server = await serveBytes({ stallMs: 150 });
  // node's client would open the window by all that it has read, as quickly as the machine is.
  const connection = new RawConnection(server.port);
  connection.write(
    begin([[INITIAL_WINDOW_SIZE, 0]]) + settingsAck + headers(1, { path: `/${100 * KB}` }),
  );
  const timer = setInterval(() => connection.write(windowUpdate(1, 1)), 20);
  onTestFinished(() => clearInterval(timer));
  const received = framesOf(await connection.toEnd())
    .filter(({ kind }) => kind === "DATA")
    .reduce((sum, { payload }) => sum + payload.length, 0);
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(100 * KB);
});

test("a client that takes a piece now and then gets all, and keeps its connection", async () => {
  const server = await serveBytes({ stallMs: 400 });
  const session = openWindowless(server.port);
  const stream = ask(session, `/${300 * KB}`);
  let window = 0;
  // 20 pieces in three times what one may take.
  const timer = setInterval(
    () => !session.destroyed && session.settings({ initialWindowSize: (window += 16 * KB) }),
    60,
  );
  onTestFinished(() => clearInterval(timer));
  expect(await lengthOf(stream)).toBe(300 * KB);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(session.destroyed).toBe(false);
  expect((await readStream(ask(session, "/3"))).body).toBe("xxx");
});

test("a long-lived stream that the client reads is no unread answer", async () => {
  const { port } = await serve(
    (_, response) => {
      ("stream" in response ? response.stream : response).write("begun");
      setTimeout(() => response.end(" ended"), 400);
    },
    { unread: { stallMs: 50, hurryMs: 50 } },
  );
  expect((await send(port, "GET", "/", {})).body).toBe("begun ended");
  const session = connectHttp2(`http://127.0.0.1:${port}`);
  onTestFinished(() => session.destroy());
  expect((await readStream(session.request({ ":path": "/" }))).body).toBe("begun ended");
});

test("while requests of the connection wait, an unread answer has less time", async () => {
  const server = await serveBytes({ connectionBytes: 10 * KB, hurryMs: 100 });
  const session = openWindowless(server.port);
  const unread = ask(session, `/${60 * KB}`);
  await once(unread, "response");
  await once(ask(session, "/1"), "response");
  expect(isOpen(unread)).toBe(false);
});

test("the limits of a server fit each other", () => {
  const { connectionBytes, reservedBytes, mostConnectionBytes, totalBytes } = UNREAD_LIMITS;
  expect(127 * reservedBytes).toBeLessThan(connectionBytes);
  expect(connectionBytes).toBeLessThan(mostConnectionBytes);
  expect(mostConnectionBytes).toBeLessThan(totalBytes);
});
