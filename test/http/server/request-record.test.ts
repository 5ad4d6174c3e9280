// The recorder, where a handler fails in ways that it never should.
import { expect, test } from "vitest";
import { openSession, RawConnection, readStream, serve } from "./sockets.ts";
import { createRecorder } from "../../../src/http/server/recorder.ts";
import type { HttpResponse, Handler } from "../../../src/http/types.ts";

async function serveFailing(handler: Handler) {
  const faults: unknown[] = [];
  const front = createRecorder({
    newId: () => "id",
    ticks: () => 0,
    addressOf: () => "",
    trusts: () => false,
    ended: () => undefined,
    onFault: (error) => faults.push(error),
  });
  return { ...(await serve(handler, { front })), faults };
}

const trailers = (response: HttpResponse): void => {
  // Over HTTP/1.0 node throws here, and did so again for every answer that still had the header.
  response.setHeader("trailer", "grpc-status");
  response.setHeader("content-length", "5");
  throw new Error("after some headers");
};

test.each(["1.0", "1.1"])(
  "over HTTP/%s the client gets 500, also after headers that can't be sent",
  async (version) => {
    const server = await serveFailing((_, response) => trailers(response));
    const connection = new RawConnection(server.port);
    connection.write(`GET / HTTP/${version}\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect(await connection.toEnd()).toMatch(
      new RegExp(
        String.raw`^HTTP/1\.1 500 [^]*x-request-id: id\r\n[^]*` +
          String.raw`Something went wrong on our side; the request is id\.\n$`,
      ),
    );
    expect(server.faults).toHaveLength(1);
  },
);

test("over HTTP/2 too", async () => {
  const server = await serveFailing((_, response) => trailers(response));
  expect(await readStream(openSession(server.port).request({ ":path": "/" }))).toMatchObject({
    status: 500,
    body: "Something went wrong on our side; the request is id.\n",
  });
});

test("an answer that can't be sent at all ends the connection", async () => {
  const server = await serveFailing((_, response) => {
    response.writeHead = () => {
      throw new Error("no head");
    };
    return Promise.reject(new Error("first"));
  });
  const connection = new RawConnection(server.port);
  connection.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(await connection.toEnd()).toBe("");
  expect(server.faults).toEqual([new Error("first")]);
});
