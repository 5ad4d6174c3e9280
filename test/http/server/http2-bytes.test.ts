// How many frames a client of HTTP/2 may send that node emits nothing for.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { readBody } from "../../../src/http/body/body.ts";
import { letStay } from "../../../src/http/server/http2-stream.ts";
import { SESSION_LOOKS } from "../../../src/http/server/limits.ts";
import type { Handler } from "../../../src/http/types.ts";
import { makeCertificate } from "../../clients/certificate.ts";
import {
  begin,
  data,
  frame,
  framesOf,
  goaways,
  headers,
  INITIAL_WINDOW_SIZE,
  ping,
  reset,
  settingsAck,
  windowUpdate,
} from "../protocols/frames.ts";
import { answering, answers, CALM, waiting } from "./floods.ts";
import { RawConnection, serve, until, writeHead } from "./sockets.ts";

const BATCH = 50;
const priority = frame("PRIORITY", 1, "\0\0\0\0\x10");
const OPEN = headers(1, { method: "POST" });

let tls: { readonly cert: Buffer; readonly key: Buffer };
beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-frames-"));
  const { cert, key } = await makeCertificate(folder);
  tls = { cert: await readFile(cert), key: await readFile(key) };
  await rm(folder, { recursive: true });
});

/** Sends a PING, and waits until the server has read everything before it. */
async function beRead(connection: RawConnection): Promise<void> {
  const pongs = (): number => connection.received.split("12345678").length;
  const before = pongs();
  connection.write(ping);
  await until(() => pongs() > before || connection.socket.closed);
}

/** Sends a frame again and again until the connection ends; returns how many went out. */
async function flood(connection: RawConnection, text: string): Promise<number> {
  let sent = 0;
  for (; sent < 4_000 && !connection.socket.closed; sent += BATCH) {
    connection.write(text.repeat(BATCH));
    await beRead(connection);
    await delay(1);
  }
  return sent;
}

const endOf = async (connection: RawConnection): Promise<string | undefined> =>
  goaways(await connection.toEnd())[0];

const FLOODED = `${CALM} too_many_frames`;

describe("ended after at most 1,000 frames that serve nothing", () => {
  test.each<[string, string, string]>([
    ["WINDOW_UPDATE of the connection", "", windowUpdate(0, 1)],
    ["WINDOW_UPDATE of a stream", OPEN, windowUpdate(1, 1)],
    ["PRIORITY of a stream", OPEN, priority],
    ["PRIORITY of no stream", "", priority],
    ["frames of an unknown type", "", frame("DATA", 0).replace("\0\0\0\0\0", "\0\0\0\xee\0")],
    ["RST_STREAM of a closed stream", OPEN + reset(1), reset(1)],
  ])("%s", async (_, opening, text) => {
    for (const secure of [false, true]) {
      const { port } = await serve(waiting, secure ? { tls } : {});
      const connection = new RawConnection(port, secure ? "h2" : undefined);
      connection.write(begin() + settingsAck + opening);
      await beRead(connection);
      expect(await flood(connection, text)).toBeLessThanOrEqual(1_000);
      expect(await endOf(connection)).toBe(FLOODED);
    }
  });

  test("on one of many connections", async () => {
    const { port } = await serve(answering);
    const others = Array.from({ length: SESSION_LOOKS + 10 }, () => new RawConnection(port));
    for (const other of others) other.write(begin() + settingsAck + headers(1));
    for (const other of others) await other.until(/answer/);
    const [, connection] = others;
    expect(await flood(connection!, windowUpdate(0, 1))).toBeLessThanOrEqual(1_000);
    expect(await endOf(connection!)).toBe(FLOODED);
    for (const other of others) if (other !== connection) other.write(headers(3));
    for (const other of others) if (other !== connection) await answers(other, 2);
  });

  test("in one write, and the next connection is served", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    await beRead(connection);
    await delay(20);
    connection.write(windowUpdate(0, 1).repeat(20_000) + ping);
    expect(await endOf(connection)).toBe(FLOODED);
    const next = new RawConnection(port);
    next.write(begin() + headers(1));
    await next.until(/answer/);
  });

  test("also after answers", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 20; turn++) {
      connection.write(headers(2 * turn + 1));
      await answers(connection, turn + 1);
    }
    expect(await flood(connection, windowUpdate(0, 1))).toBeLessThanOrEqual(1_200);
    expect(await endOf(connection)).toBe(FLOODED);
  });
});

/** Reads the body, and says how long it is. */
const measuring: Handler = async (request, response) => {
  const { length } = await readBody(request, 1024 * 1024);
  return response.end(`answer ${length}`);
};

describe("good", () => {
  test("are 20,000 DATA of one byte that are not answered yet", async () => {
    const { port } = await serve(measuring);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + OPEN);
    for (let sent = 0; sent < 20_000; sent += 500) {
      connection.write(data(1, "x").repeat(500));
      await beRead(connection);
    }
    connection.write(data(1, "", true));
    await connection.until(/answer 20000/);
  });

  test("are DATA of a body that no handler reads, padded", async () => {
    const { port } = await serve((request, response) => {
      letStay(request, "both");
      writeHead(response);
      return new Promise(() => undefined);
    });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + OPEN);
    await connection.until(/./s);
    // A length of padding, and 255 bytes of it, for each byte of data.
    const padded = frame("DATA", 1, `\xffx${"\0".repeat(255)}`, 8);
    for (let turn = 0; turn < 25; turn++) {
      connection.write(padded.repeat(10));
      await beRead(connection);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("are two WINDOW_UPDATE for each small DATA, long after the last came", async () => {
    const count = 2_000;
    const { port } = await serve(async (_, response) => {
      for (let turn = 0; turn < count; turn++) {
        if ("stream" in response) response.write("x");
        await new Promise(setImmediate);
      }
      return response.end("answer");
    });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + headers(1));
    await connection.until(/answer/);
    const came = framesOf(connection.received).filter(({ kind }) => kind === "DATA").length;
    expect(came).toBeGreaterThan(count / 4);
    await delay(10);
    for (let sent = 0; sent < came; sent += 100) {
      connection.write((windowUpdate(0, 1) + windowUpdate(1, 1)).repeat(100));
      await beRead(connection);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("are big answers that are read in small pieces", async () => {
    const { port } = await serve((_, response) => response.end("x".repeat(300_000)));
    const connection = new RawConnection(port);
    connection.write(begin([[INITIAL_WINDOW_SIZE, 10]]) + settingsAck + headers(1));
    let length = 0;
    while (length < 20_000) {
      connection.write(windowUpdate(1, 10).repeat(20));
      await beRead(connection);
      const frames = framesOf(connection.received).filter(({ kind }) => kind === "DATA");
      length = frames.reduce((sum, { payload }) => sum + payload.length, 0);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("are long headers that come in pieces, on many streams", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    const more = Object.fromEntries(
      Array.from({ length: 70 }, (_, index) => [`x-${index}`, "v".repeat(100)]),
    );
    for (let turn = 0; turn < 3; turn++) {
      const text = headers(2 * turn + 1, { more });
      for (let at = 0; at < text.length; at += 1_000) {
        connection.write(text.slice(at, at + 1_000));
        await delay(2);
      }
      await answers(connection, turn + 1);
    }
    const open = (index: number): string => headers(101 + 2 * index, { method: "POST", more });
    connection.write(Array.from({ length: 20 }, (_, index) => open(index)).join(""));
    await answers(connection, 23);
    expect(goaways(connection.received)).toEqual([]);
  });

  test("are PRIORITY, WINDOW_UPDATE and RST_STREAM for each of many streams", async () => {
    const { port } = await serve((request, response) =>
      request.url === "/wait" ? waiting(request, response) : answering(request, response),
    );
    const connection = new RawConnection(port);
    const tree = [3, 5, 7, 9, 11].map((stream) => frame("PRIORITY", stream, "\0\0\0\0\x10"));
    connection.write(begin() + settingsAck + windowUpdate(0, 2 ** 30) + tree.join(""));
    const streams = Array.from({ length: 100 }, (_, index) => 13 + 2 * index);
    for (const stream of streams)
      connection.write(
        headers(stream, { path: "/wait" }) +
          frame("PRIORITY", stream, "\0\0\0\0\x10").repeat(10) +
          windowUpdate(stream, 1_000).repeat(20),
      );
    await beRead(connection);
    await delay(50);
    connection.write(streams.map((stream) => reset(stream)).join("") + headers(1_001));
    await connection.until(/answer/);
    expect(goaways(connection.received)).toEqual([]);
  });
});
