import { type IncomingMessage, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { endWith, send } from "../../../src/http/server/send.ts";
import { serve } from "./sockets.ts";

/** Every byte, again and again. */
const bytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, index) => index % 256));

describe.each([0, 1, 256, 16_384, 16_385, 100_000])("%i bytes", (length) => {
  const body = bytes(length);

  test("are sent and received as they are", async () => {
    const { port } = await serve((asked, answered) => {
      void buffer(asked as IncomingMessage).then((read) => {
        const headers = { "x-received": String(read.equals(body)) };
        // A part of a larger buffer, as node gives them.
        const part = Buffer.concat([Buffer.from("before"), read, Buffer.from("after")]);
        const given = part.subarray(6, 6 + read.length);
        send(asked, answered, { status: 200, headers, body: given }, {});
      });
    });
    const headers = { "content-length": length };
    const sent = request({ port, method: "POST", headers });
    const answer = new Promise<{ received: unknown; sent: unknown; body: Buffer }>(
      (resolve, reject) => {
        sent.on("error", reject).on("response", (response) => {
          void buffer(response).then((read) =>
            resolve({
              received: response.headers["x-received"],
              sent: response.headers["content-length"],
              body: read,
            }),
          );
        });
      },
    );
    endWith(sent, body);
    expect(await answer).toEqual({ received: "true", sent: String(length), body });
  });
});
