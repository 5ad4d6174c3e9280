// How many PING and SETTINGS frames a client may send on one HTTP/2 connection.
import type { ClientHttp2Session } from "node:http2";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { Http2FloodGuard } from "../../../src/http/server/floods/http2-flood-guard.ts";
import { CONTROL_FRAMES, PING_ACK_BYTES } from "../../../src/http/server/limits.ts";
import type { HttpResponse } from "../../../src/http/types.ts";
import {
  begin,
  frame,
  framesOf,
  goaways,
  headers,
  ping,
  settingsAck,
} from "../protocols/frames.ts";
import { answering, answers, CALM, call } from "./floods.ts";
import { openSession, RawConnection, serve } from "./sockets.ts";

const write = (response: HttpResponse, text: string): void =>
  void ("stream" in response ? response.write(text) : response.write(text));

const pingFrom = (session: ClientHttp2Session): Promise<void> =>
  new Promise((resolve, reject) =>
    session.ping((error) => (error === null ? resolve() : reject(error))),
  );

describe("PING", () => {
  test("after every answer, as gRPC clients send them, is fine for 5,000 calls", async () => {
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

  test("after every DATA of one long answer is fine", async () => {
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
    const chunks = stream[Symbol.asyncIterator]();
    while ((await chunks.next()).done !== true) {
      await pingFrom(session);
      pings++;
    }
    expect(pings).toBeGreaterThan(100);
    expect(await call(session)).toBe(200);
  });

  test("without a call ends the connection with the cause when there are too many", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + ping.repeat(CONTROL_FRAMES + 10));
    expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_pings`);
    expect(
      framesOf(connection.received).filter(({ kind }) => kind === "PING").length,
    ).toBeLessThanOrEqual(CONTROL_FRAMES + 10);
  });

  test("is forgotten with the next answer", async () => {
    const { port } = await serve(answering);
    const connection = new RawConnection(port);
    connection.write(begin() + settingsAck);
    for (let turn = 0; turn < 5; turn++) {
      connection.write(ping.repeat(CONTROL_FRAMES - 10) + headers(2 * turn + 1));
      await answers(connection, turn + 1);
    }
    expect(goaways(connection.received)).toEqual([]);
  });

  test("is not forgotten because of earlier answers", async () => {
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

  test("counts the same however the acknowledgements are sent", () => {
    const counts = (batch: number): number => {
      const guard = new Http2FloodGuard(1);
      let [sent, count] = [0, 0];
      for (;;) {
        for (let index = 0; index < batch; index++, count++)
          if (guard.control(PING_ACK_BYTES, sent)) return count;
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

test("a flood of SETTINGS ends the connection with the cause", async () => {
  const { port } = await serve(answering);
  const connection = new RawConnection(port);
  connection.write(begin() + frame("SETTINGS", 0).repeat(2 * CONTROL_FRAMES));
  expect(goaways(await connection.toEnd())[0]).toBe(`${CALM} too_many_settings`);
});
