import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { hasBody } from "../body/body.ts";
import { holdAnswer } from "./unread.ts";
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
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...more };
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
  either.end(answer.body);
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
