import { constants, type ServerHttp2Stream } from "node:http2";
import { type BodyLimit, limitBody } from "../body/body.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";
import { StreamResponse } from "./direct/stream-response.ts";

/** A request over HTTP/2. */
export type Http2Request = Extract<HttpRequest, { stream: ServerHttp2Stream }>;

/** A response over HTTP/2. */
export type Http2Response = Extract<HttpResponse, { stream: ServerHttp2Stream }>;

/** Which side of a streaming call may stay open without a limit: the server's, or both. */
export type Stay = "answer" | "both";

const stays = new WeakMap<HttpRequest, Stay>();

/** Lets a request stay open, because its method is a streaming one. */
export const letStay = (request: HttpRequest, stay: Stay): void => void stays.set(request, stay);

/** Returns which side of a request may stay open; undefined for a unary call. */
const stayOf = (request: HttpRequest): Stay | undefined => stays.get(request);

/** How much longer a stream waits than the reader of its body, whose answer says more. */
const READER_MS = 1_000;

const BODYLESS: ReadonlySet<number> = new Set([204, 304]);

/** Adds a listener for the end of a response's stream. */
export function onClose(response: Http2Response, listener: () => void): void {
  if (response instanceof StreamResponse) response.once("close", listener);
  else response.stream.once("close", listener);
}

/** Whether the client has ended its side of a stream. */
export const hasClientEnded = (stream: ServerHttp2Stream): boolean =>
  stream.destroyed || stream.state.remoteClose === 1;

/**
 * Whether the whole answer of a stream was sent. Node asks for trailers, which every answer with a
 * body has, when the body was sent. So an answer that was written but not sent before the client's
 * reset doesn't count.
 */
export const isAnswered = (stream: ServerHttp2Stream): boolean =>
  stream.sentTrailers !== undefined ||
  (stream.rstCode === constants.NGHTTP2_NO_ERROR && stream.headersSent && isBodyless(stream));

const isBodyless = (stream: ServerHttp2Stream): boolean =>
  ("headRequest" in stream && stream.headRequest === true) ||
  BODYLESS.has(Number(stream.sentHeaders[":status"]));

/** Ends a stream with its answer, and limits how long its body may take. */
export function boundStream(
  request: Http2Request,
  response: Http2Response,
  { bodyMs, onLate }: BodyLimit,
): void {
  const { stream } = request;
  endWithAnswer(request);
  if (stream.endAfterHeaders) return;
  limitBody(request, { bodyMs, onLate });
  const timer = setTimeout(() => {
    if (stayOf(request) === "both" || hasClientEnded(stream)) return;
    onLate();
    cutBody(stream, response);
  }, bodyMs + READER_MS);
  onClose(response, () => clearTimeout(timer));
}

/** Drops an answer that the client doesn't read; must be called when the handler has finished. */
export function boundAnswer(request: Http2Request, answerMs: number): void {
  const { stream } = request;
  if (stream.closed || stayOf(request) !== undefined) return;
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), answerMs);
  stream.once("close", () => clearTimeout(timer));
}

function cutBody(stream: ServerHttp2Stream, response: Http2Response): void {
  if (stream.headersSent) return stream.close(constants.NGHTTP2_CANCEL);
  response.writeHead(408);
  response.end();
}

/**
 * RFC 9113 section 8.1: after the whole answer, the rest of a request is not needed. A client that
 * never ends its side, or a rest that is never read, would keep the stream open forever.
 */
function endWithAnswer(request: Http2Request): void {
  const { stream } = request;
  const end = (): void => {
    if (stream.destroyed) return;
    request.resume();
    if (!hasClientEnded(stream)) stream.close(constants.NGHTTP2_NO_ERROR);
  };
  // Node sends the trailers in an immediate of its own, which runs first.
  stream.once("wantTrailers", () => setImmediate(end));
  // An answer without a body has no trailers.
  stream.once("finish", () =>
    setImmediate(() => !stream.destroyed && stream.state.localClose === 1 && end()),
  );
}
