// How many streams a client may reset on one HTTP/2 connection that many share.
import { once } from "node:events";
import { constants } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  ABANDONED_CALLS,
  CONNECTION_LIMITS,
  RESET_MOMENT_MS,
  streamsOfATurn,
} from "../../../src/http/server/limits.ts";
import {
  begin,
  framesOf,
  goaways,
  headers,
  ping,
  reset,
  resets,
  settingsAck,
  takenBack,
} from "../protocols/frames.ts";
import { answering, answers, CALM, call, waiting } from "./floods.ts";
import { openSession, RawConnection, serve } from "./sockets.ts";

describe("streams that the client resets", () => {
  test.each<[string, string, (stream: number) => string]>([
    ["GET", "8", (stream) => headers(stream) + reset(stream)],
    ["GET", "0", (stream) => headers(stream) + reset(stream, 0)],
    ["HEAD", "8", (stream) => headers(stream, { method: "HEAD", ends: true }) + reset(stream)],
    ["CONNECT", "8", (stream) => headers(stream, { method: "CONNECT" }) + reset(stream)],
    ["POST", "8", (stream) => headers(stream, { method: "POST" }) + reset(stream)],
  ])("by the thousand end the connection: %s, code %s", async (_, __, frames) => {
    let called = 0;
    const { port } = await serve((...both) => (called++, waiting(...both)));
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    await connection.until(/./s);
    for (let stream = 1; stream < 40_000 && !connection.socket.destroyed; stream += 2_000) {
      connection.write(
        Array.from({ length: 1_000 }, (___, index) => frames(stream + 2 * index)).join(""),
      );
      await new Promise(setImmediate);
    }
    // Node itself ends a connection, by INTERNAL_ERROR, that opens many more streams in one go than
    // there may be.
    expect([`${CALM} too_many_resets`, String(constants.NGHTTP2_INTERNAL_ERROR)]).toContain(
      goaways(await connection.toEnd())[0],
    );
    expect(called).toBeLessThanOrEqual(1_100);
  });

  test.each([
    ["with the preface", ""],
    ["after SETTINGS", settingsAck],
  ])("end the connection while they are read: %s", async (_, more) => {
    let called = 0;
    const { port } = await serve((...both) => (called++, waiting(...both)));
    const connection = new RawConnection(port);
    const flood = Array.from({ length: 1_000 }, (__, index) => takenBack(2 * index + 1)).join("");
    if (more === "") connection.write(begin() + flood);
    else {
      connection.write(begin() + more + ping);
      await connection.until(/12345678/);
      connection.write(flood);
    }
    const [first] = framesOf(await connection.toEnd()).filter(({ kind }) => kind === "GOAWAY");
    expect([`${CALM} too_many_resets`, String(constants.NGHTTP2_INTERNAL_ERROR)]).toContain(
      goaways(connection.received)[0],
    );
    // The last stream that was looked at. The packet may come in two parts.
    expect((first!.payload.readUInt32BE(0) + 1) / 2).toBeLessThanOrEqual(
      2 * streamsOfATurn(CONNECTION_LIMITS.resets),
    );
    expect(called).toBe(0);
  });

  test("that node refuses count too", async () => {
    const { port } = await serve(waiting, { resets: 300 });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + ping);
    await connection.until(/12345678/);
    let turns = 0;
    // In a turn 128 streams are reset and 72 are refused.
    for (; turns < 20 && !connection.socket.destroyed; turns++) {
      const pairs = Array.from({ length: 200 }, (_, index) =>
        takenBack(400 * turns + 2 * index + 1),
      );
      const over = once(connection.socket, "close");
      const pongs = connection.received.split("12345678").length;
      connection.write(pairs.join("") + ping);
      const pong = connection.until(new RegExp(`(?:12345678[^]*){${pongs}}`));
      // The connection may end by a reset.
      await Promise.race([over, pong]).catch(() => undefined);
    }
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_resets`);
    expect(turns).toBeLessThanOrEqual(5);
  });

  test("end the connection also where answers are quick", async () => {
    let called = 0;
    const { port } = await serve((_, response) => (called++, response.end("answer")));
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    await connection.until(/./s);
    for (let stream = 1; stream < 40_000 && !connection.socket.destroyed; stream += 100) {
      connection.write(
        Array.from(
          { length: 50 },
          (__, index) => headers(stream + 2 * index) + reset(stream + 2 * index, index % 2),
        ).join(""),
      );
      await new Promise(setImmediate);
    }
    expect([`${CALM} too_many_resets`, String(constants.NGHTTP2_INTERNAL_ERROR)]).toContain(
      goaways(await connection.toEnd())[0],
    );
    expect(called).toBeLessThanOrEqual(1_100);
  });

  test("in the same packet cost no work", async () => {
    let called = 0;
    const { port } = await serve((_, response) => (called++, response.end("answer")));
    const connection = new RawConnection(port);
    connection.write(
      begin() +
        settingsAck +
        Array.from(
          { length: 100 },
          (__, index) => headers(2 * index + 1) + reset(2 * index + 1),
        ).join("") +
        headers(1_001),
    );
    await connection.until(/answer/);
    expect(called).toBe(1);
  });

  test.each([1, 2, 10, 100])("end the connection in batches of %i", async (batch) => {
    let called = 0;
    const { port } = await serve((...both) => (called++, waiting(...both)), { resets: 200 });
    const connection = new RawConnection(port);
    connection.socket.setNoDelay(true);
    connection.write(begin() + settingsAck);
    await connection.until(/./s);
    let stream = 1;
    for (; stream < 10_000 && !connection.socket.destroyed; stream += 2 * batch) {
      const streams = Array.from({ length: batch }, (_, index) => stream + 2 * index);
      connection.write(streams.map((each) => headers(each)).join(""));
      await new Promise(setImmediate);
      connection.write(streams.map((each) => reset(each)).join(""));
      await new Promise(setImmediate);
    }
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_resets`);
    expect(called).toBeLessThanOrEqual(1_000);
  });

  test("are as many as the limit allows", async () => {
    const { port } = await serve(waiting, { resets: 10 });
    const connection = new RawConnection(port);
    const take = (count: number, from: number): string =>
      Array.from(
        { length: count },
        (_, index) => headers(from + 2 * index) + reset(from + 2 * index),
      ).join("");
    connection.write(begin() + settingsAck + take(8, 1) + ping);
    await connection.until(/12345678/);
    expect(goaways(connection.received)).toEqual([]);
    connection.write(take(30, 101));
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_resets`);
  });

  test("are no flood when they were answered", async () => {
    const { port } = await serve(answering, { resets: 10 });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 100; turn++) {
      connection.write(headers(2 * turn + 1, { method: "POST" }));
      await answers(connection, turn + 1);
      connection.write(reset(2 * turn + 1));
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("are no flood when their handler has worked for a moment", async () => {
    let called = 0;
    const { port } = await serve((...both) => (called++, waiting(...both)), { resets: 10 });
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 5; turn++) {
      const streams = Array.from({ length: 20 }, (_, index) => 2 * (20 * turn + index) + 1);
      connection.write(streams.map((stream) => headers(stream)).join(""));
      while (called < 20 * (turn + 1)) await delay(1);
      await delay(2 * RESET_MOMENT_MS);
      connection.write(streams.map((stream) => reset(stream)).join(""));
    }
    connection.write(ping);
    await connection.until(/12345678/);
    expect(goaways(connection.received)).toEqual([]);
  });

  test("may be as many as the streams that are answered", async () => {
    const { port } = await serve(
      (request, response) =>
        request.url === "/wait" ? waiting(request, response) : answering(request, response),
      { resets: 10 },
    );
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 100; turn++) {
      connection.write(
        headers(4 * turn + 1, { path: "/wait" }) + reset(4 * turn + 1) + headers(4 * turn + 3),
      );
      await answers(connection, turn + 1);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("leave at most ABANDONED_CALLS handlers at work", async () => {
    const finish: (() => void)[] = [];
    const { port } = await serve((request, response) =>
      request.url === "/wait"
        ? new Promise<void>((resolve) => finish.push(resolve))
        : answering(request, response),
    );
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    const refused = (): number =>
      resets(connection.received)[constants.NGHTTP2_REFUSED_STREAM] ?? 0;
    let stream = -1;
    for (let turn = 0; turn < 8; turn++) {
      const streams = Array.from({ length: 100 }, () => (stream += 2));
      connection.write(
        streams.map((each) => headers(each, { path: "/wait" })).join("") + headers((stream += 2)),
      );
      if (turn < 5) await answers(connection, turn + 1);
      // A busy server may need longer than this until it has begun or refused each stream.
      while (finish.length + refused() < 100 * (turn + 1)) await delay(1);
      await delay(2 * RESET_MOMENT_MS);
      connection.write(streams.map((each) => reset(each)).join(""));
      await delay(5);
    }
    expect(finish.length).toBeGreaterThanOrEqual(ABANDONED_CALLS);
    expect(finish.length).toBeLessThanOrEqual(ABANDONED_CALLS + 100);
    // The client may retry the refused streams.
    expect(resets(connection.received)[constants.NGHTTP2_REFUSED_STREAM]).toBeGreaterThanOrEqual(
      800 - finish.length,
    );
    finish.forEach((each) => each());
    connection.write(headers(stream + 2));
    await connection.until(/answer/);
  });
});

describe("a client that doesn't know yet how many streams it may open", () => {
  test("gets REFUSED_STREAM for the streams beyond, and may retry them", async () => {
    const { port } = await serve(waiting);
    const connection = new RawConnection(port);
    // A proxy opens this many at once when many clients come.
    connection.write(
      begin() + Array.from({ length: 1_024 }, (_, index) => headers(2 * index + 1)).join("") + ping,
    );
    await connection.until(/12345678/);
    expect(resets(connection.received)).toEqual({
      [constants.NGHTTP2_REFUSED_STREAM]: 1_024 - 128,
    });
    expect(goaways(connection.received)).toEqual([]);
  });

  test("may reset all and open others at once", async () => {
    const { port } = await serve((request, response) =>
      request.url === "/wait" ? waiting(request, response) : answering(request, response),
    );
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    await connection.until(/./s);
    connection.write(
      Array.from({ length: 128 }, (_, index) => headers(2 * index + 1, { path: "/wait" })).join(""),
    );
    await delay(2 * RESET_MOMENT_MS);
    connection.write(
      Array.from(
        { length: 128 },
        (_, index) => reset(2 * index + 1) + headers(2 * (128 + index) + 1),
      ).join(""),
    );
    await delay(20);
    connection.write(headers(1_001));
    await connection.until(/answer/);
    expect(goaways(connection.received)).toEqual([]);
  });
});

test("node's own client can make a thousand calls and reset a third of them", async () => {
  const { port } = await serve((_, response) => delay(1).then(() => response.end("answer")));
  const session = openSession(port);
  await once(session, "remoteSettings");
  let [answered, cancelled] = [0, 0];
  const one = async (index: number): Promise<void> => {
    if (index % 3 === 0) {
      const stream = session.request({ ":path": "/" });
      stream.on("error", () => undefined);
      setImmediate(() => stream.close(constants.NGHTTP2_CANCEL));
      await once(stream, "close");
      cancelled++;
    } else if ((await call(session)) === 200) answered++;
  };
  for (let index = 0; index < 999; index += 27)
    await Promise.all(Array.from({ length: 27 }, (_, offset) => one(index + offset)));
  expect([answered, cancelled, session.destroyed]).toEqual([666, 333, false]);
});
