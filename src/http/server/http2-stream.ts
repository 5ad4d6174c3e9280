// How one HTTP/2 stream ends, whatever its handler does with it. It owns the time of its body and
// of its answer, and must not know what is asked.
import {
  constants,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Stream,
} from "node:http2";
import { limitBody } from "../body/body.ts";
import type { HttpRequest } from "../types.ts";

/** Which side of a request may go on for as long as both are there: the server's, or both. */
export type Stay = "answer" | "both";

const stays = new WeakMap<HttpRequest, Stay>();

/** Lets a request stay open, because its method is a stream. */
export const letStay = (request: HttpRequest, stay: Stay): void => void stays.set(request, stay);

/** Which side of a request may stay open; undefined when it is a question with one answer. */
export const stayOf = (request: HttpRequest): Stay | undefined => stays.get(request);

/**
 * How much longer than the reader of a body its stream waits, so that the client is told by the
 * reader.
 */
const READER_MS = 1_000;

const BODYLESS: ReadonlySet<number> = new Set([204, 304]);

/** Whether a client has said all that it says on a stream. */
export const hasSaidAll = (stream: ServerHttp2Stream): boolean =>
  stream.destroyed || stream.state.remoteClose === 1;

/**
 * Whether the whole answer of a stream was sent. Node asks for trailers, which every answer with a
 * body has, when all that comes before has gone; an answer that is written at once and taken back
 * with its request comes to nothing.
 */
export const isAnswered = (stream: ServerHttp2Stream): boolean =>
  stream.sentTrailers !== undefined ||
  (stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.headersSent && isBodyless(stream));

const isBodyless = (stream: ServerHttp2Stream): boolean =>
  ("headRequest" in stream && stream.headRequest === true) ||
  BODYLESS.has(Number(stream.sentHeaders[":status"]));

/** Sees to it that a stream doesn't outlive its answer, and that its body comes in time. */
export function boundStream(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  bodyMs: number,
): void {
  const { stream } = request;
  endWithAnswer(request);
  if (stream.endAfterHeaders) return;
  limitBody(request, bodyMs);
  const timer = setTimeout(() => {
    if (stayOf(request) !== "both" && !hasSaidAll(stream)) cutBody(stream, response);
  }, bodyMs + READER_MS);
  stream.once("close", () => clearTimeout(timer));
}

/**
 * Drops an answer that its client doesn't take; to be called when the handler has done its work.
 */
export function boundAnswer(request: Http2ServerRequest, answerMs: number): void {
  const { stream } = request;
  if (stream.closed || stayOf(request) !== undefined) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), answerMs);
  stream.once("close", () => clearTimeout(timer));
}

function cutBody(stream: ServerHttp2Stream, response: Http2ServerResponse): void {
  if (stream.headersSent) return stream.close(constants.NGHTTP2_CANCEL);
  response.writeHead(408);
  response.end();
}

/**
 * RFC 9113 section 8.1: when the answer is whole, the rest of a request is not needed. A client
 * that never ends it, and a rest that was not read, would each keep the stream for ever.
 */
function endWithAnswer(request: Http2ServerRequest): void {
  const { stream } = request;
  const end = (): void => {
    if (stream.destroyed) return;
    request.resume();
    if (!hasSaidAll(stream)) stream.close(constants.NGHTTP2_NO_ERROR);
  };
  // Node sends trailers in an immediate of its own, which comes first.
  stream.once("wantTrailers", () => setImmediate(end));
  // Answers without a body have no trailers.
  stream.once("finish", () =>
    setImmediate(() => !stream.destroyed && stream.state.localClose === 1 && end()),
  );
}
