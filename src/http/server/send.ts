import type { OutgoingHttpHeaders, OutgoingMessage, ServerResponse } from "node:http";
import { hasBody } from "../body/body.ts";
import { earlyOf } from "./headers.ts";
import { PIECE_BYTES } from "./limits.ts";
import { holdAnswer, writePieces } from "./unread.ts";
import type { Answer, HttpRequest, HttpResponse } from "../types.ts";

/**
 * Node reads the rest of a body before the next request of a connection. When the rest may be
 * longer than this, the connection is closed instead.
 */
const LONGEST_REST = 128 * 1024;

/** Sends an answer with additional headers. */
export function send(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  more: OutgoingHttpHeaders,
): void {
  const headers: OutgoingHttpHeaders = { ...earlyOf(response), ...answer.headers, ...more };
  const isEmpty = answer.status === 204 || answer.status === 304;
  const length = Buffer.byteLength(answer.body);
  // A page leaves its body out for HEAD, so its length isn't known here (RFC 9110 section 8.6).
  const isUnknown = request.method === "HEAD" && length === 0;
  if (!isEmpty && !isUnknown) headers["content-length"] = length;
  leaveRest(request, response, headers);
  // The two types have writeHead and end in common, but their overloads differ.
  const either = response as ServerResponse;
  either.writeHead(answer.status, headers);
  if (isEmpty || request.method === "HEAD") return void either.end();
  if (answer.isShared !== true) holdAnswer(response, length);
  const { body } = answer;
  if (length > PIECE_BYTES) {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    return writePieces(response, bytes, (last) => either.end(last));
  }
  // In ASCII both encodings have the same bytes, and node writes this one faster.
  if (typeof body === "string" && length === body.length) either.end(body, "latin1");
  else if (typeof body === "string" || answer.isShared === true || "stream" in response)
    either.end(body);
  else endWith(either, body);
}

/**
 * Ends a message over HTTP/1.1. Node makes one write of the headers and a string, and two of the
 * headers and bytes. In latin1 each byte is a character of its own.
 */
export function endWith(
  message: OutgoingMessage,
  { buffer, byteOffset, length }: Uint8Array,
): void {
  const bytes = Buffer.from(buffer, byteOffset, length);
  if (length > PIECE_BYTES) message.end(bytes);
  else message.end(bytes.toString("latin1"), "latin1");
}

/**
 * Closes the connection after the answer when a long rest of the body is unread. Must be called
 * before the headers are sent.
 */
export function leaveRest(
  request: HttpRequest,
  response: HttpResponse,
  headers: OutgoingHttpHeaders,
): void {
  if (request.complete || !hasBody(request)) return;
  // Over HTTP/2, http2-stream.ts ends the stream with the answer.
  if ("stream" in response) return;
  if (!(Number(request.headers["content-length"]) <= LONGEST_REST)) {
    headers["connection"] = "close";
  }
}
