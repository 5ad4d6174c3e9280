// What a client may do on one HTTP/2 connection that many share, and what ends it: PING, SETTINGS
// and streams that are taken back.
import { once } from "node:events";
import { constants, type ClientHttp2Session } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Http2FloodGuard } from "../../../src/http/server/http2-flood-guard.ts";
import {
  ABANDONED_CALLS,
  CONTROL_FRAMES,
  PING_ACK_BYTES,
  RESET_MOMENT_MS,
} from "../../../src/http/server/limits.ts";
import {
  begin,
  framesOf,
  frame,
  goaways,
  headers,
  ping,
  reset,
  resets,
  settingsAck,
} from "../protocols/frames.ts";
import { openSession, RawConnection, readStream, serve } from "./sockets.ts";
import type { HttpResponse, Handler } from "../../../src/http/types.ts";

const CALM = constants.NGHTTP2_ENHANCE_YOUR_CALM;
const answering: Handler = (_, response) => Promise.resolve(response.end("answer"));
const waiting: Handler = () => new Promise(() => undefined);

const write = (response: HttpResponse, text: string): void =>
  void ("stream" in response ? response.write(text) : response.write(text));

/** Waits until so many answers have come. */
async function answers(connection: RawConnection, count: number): Promise<void> {
  while (connection.received.split("answer").length <= count) await once(connection.socket, "data");
}

/** One call; its status. */
const call = async (session: ClientHttp2Session): Promise<number | undefined> =>
  (await readStream(session.request({ ":path": "/" }))).status;

const pingFrom = (session: ClientHttp2Session): Promise<void> =>
  new Promise((resolve, reject) =>
    session.ping((error) => (error === null ? resolve() : reject(error))),
  );

describe("PING", () => {
  test("after every answer, as clients of gRPC measure their bandwidth, goes on for 5,000 calls", async () => {
    const { port } = await serve(answering);
    const session = openSession(port);
    let answered = 0;
    const caller = async (): Promise<void> => {
      for (let turn = 0; turn < 500; turn++) {
        if ((await call(session)) === 200) answered++;
        await pingFrom(session);
      }
    };
    await Promise.all(Array.from({ length: 10 }, caller));
    expect([answered, session.destroyed]).toEqual([5_000, false]);
  });

  test("after every DATA of one long answer goes on", async () => {
    const { port } = await serve(async (_, response) => {
      for (let turn = 0; turn < 600; turn++) {
        write(response, "x");
        await new Promise(setImmediate);
      }
      response.end();
    });
    const session = openSession(port);
    const stream = session.request({ ":path": "/" });
    let pings = 0;
    for await (const _ of stream) {
      await pingFrom(session);
      pings++;
    }
    expect(pings).toBeGreaterThan(100);
    expect(await call(session)).toBe(200);
  });

  test("without a call ends the connection when there are too many, and says why", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + ping.repeat(CONTROL_FRAMES + 10));
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_pings`);
    expect(
      framesOf(connection.received).filter(({ kind }) => kind === "PING").length,
    ).toBeLessThanOrEqual(CONTROL_FRAMES + 10);
  });

  test("is forgotten when something is answered", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 5; turn++) {
      connection.write(ping.repeat(CONTROL_FRAMES - 10) + headers(2 * turn + 1));
      await answers(connection, turn + 1);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("is not forgotten because others were answered before", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck + headers(1));
    await connection.until(/answer/);
    for (let sent = 0; sent <= CONTROL_FRAMES && !connection.socket.closed; sent += 50) {
      connection.write(ping.repeat(50));
      await delay(2);
    }
    connection.write(ping);
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_pings`);
  });

  test("and its count are the same however the acknowledgements are sent", () => {
    const counts = (batch: number): number => {
      const conduct = new Http2FloodGuard(1);
      let [sent, count] = [0, 0];
      for (;;) {
        for (let index = 0; index < batch; index++, count++)
          if (conduct.control(PING_ACK_BYTES, sent)) return count;
        sent += batch * PING_ACK_BYTES;
      }
    };
    expect([1, 7, 100, 1_000].map(counts)).toEqual([
      CONTROL_FRAMES,
      CONTROL_FRAMES,
      CONTROL_FRAMES,
      CONTROL_FRAMES,
    ]);
  });
});

test("a flood of SETTINGS ends the connection, and is told why", async () => {
  const { port } = await serve(answering);
  const connection = new RawConnection(port);
  connection.write(begin() + frame("SETTINGS", 0).repeat(2 * CONTROL_FRAMES));
  expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_settings`);
});

describe("streams that are taken back", () => {
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

  test("in the same breath cost no work", async () => {
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

  test.each([1, 2, 10, 100])("end the connection whatever is sent at once: %i", async (batch) => {
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

  test("are as many as a setting says", async () => {
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

  test("are no abuse once they were answered", async () => {
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

  test("are no abuse once their handler has been at work for a moment", async () => {
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

  test("are paid for by as many that are answered", async () => {
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

  test("leave no more work behind than a bound", async () => {
    const finish: (() => void)[] = [];
    const { port } = await serve((request, response) =>
      request.url === "/wait"
        ? new Promise<void>((resolve) => finish.push(resolve))
        : answering(request, response),
    );
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    let stream = -1;
    for (let turn = 0; turn < 8; turn++) {
      const streams = Array.from({ length: 100 }, () => (stream += 2));
      connection.write(
        streams.map((each) => headers(each, { path: "/wait" })).join("") + headers((stream += 2)),
      );
      if (turn < 5) await answers(connection, turn + 1);
      await delay(2 * RESET_MOMENT_MS);
      connection.write(streams.map((each) => reset(each)).join(""));
      await delay(5);
    }
    expect(finish.length).toBeGreaterThanOrEqual(ABANDONED_CALLS);
    expect(finish.length).toBeLessThanOrEqual(ABANDONED_CALLS + 100);
    // The client may send those again that were refused.
    expect(resets(connection.received)[constants.NGHTTP2_REFUSED_STREAM]).toBeGreaterThanOrEqual(
      800 - finish.length,
    );
    finish.forEach((each) => each());
    connection.write(headers(stream + 2));
    await connection.until(/answer/);
  });
});

describe("a client that doesn't know yet how many streams it may open", () => {
  test("has those beyond refused, and may send them again", async () => {
    const { port } = await serve(waiting);
    const connection = new RawConnection(port);
    // What proxies open at once when many clients come.
    connection.write(
      begin() + Array.from({ length: 1_024 }, (_, index) => headers(2 * index + 1)).join("") + ping,
    );
    await connection.until(/12345678/);
    expect(resets(connection.received)).toEqual({
      [constants.NGHTTP2_REFUSED_STREAM]: 1_024 - 128,
    });
    expect(goaways(connection.received)).toEqual([]);
  });

  test("may take all back and open others at once", async () => {
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

test("node's own client lives through a thousand calls of which a third is taken back", async () => {
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
