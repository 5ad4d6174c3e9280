// What the tests of floods share: handlers, and clients of HTTP/2.
import { once } from "node:events";
import { constants, type ClientHttp2Session } from "node:http2";
import type { Handler } from "../../../src/http/types.ts";
import { type RawConnection, readStream } from "./sockets.ts";

export const CALM = constants.NGHTTP2_ENHANCE_YOUR_CALM;
export const answering: Handler = (_, response) => Promise.resolve(response.end("answer"));
export const waiting: Handler = () => new Promise(() => undefined);

/** Waits until `count` answers have come. */
export async function answers(connection: RawConnection, count: number): Promise<void> {
  while (connection.received.split("answer").length <= count) await once(connection.socket, "data");
}

/** Makes one call; returns its status. */
export const call = async (session: ClientHttp2Session): Promise<number | undefined> =>
  (await readStream(session.request({ ":path": "/" }))).status;
