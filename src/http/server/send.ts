// The bytes of an answer. It owns the differences between the versions of HTTP, and must not know
// what is answered.
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { hasBody } from "../body/body.ts";
import { holdAnswer } from "./unread.ts";
import type { Answer, HttpRequest, HttpResponse } from "../types.ts";

/**
 * Node reads the rest of a body to its end before it takes the next request; a rest that may be
 * longer than this ends the connection.
 */
const LONGEST_REST = 128 * 1024;

/** Sends an answer with some more headers. */
export function send(
  request: HttpRequest,
  response: HttpResponse,
  answer: Answer,
  more: OutgoingHttpHeaders,
): void {
  const headers: OutgoingHttpHeaders = { ...answer.headers, ...more };
  const isEmpty = answer.status === 204 || answer.status === 304;
  const length = Buffer.byteLength(answer.body);
  if (!isEmpty) headers["content-length"] = length;
  leaveRest(request, response, headers);
  // The two types have writeHead and end in common, but not their overloads.
  const either = response as ServerResponse;
  either.writeHead(answer.status, headers);
  if (isEmpty || request.method === "HEAD") return void either.end();
  if (answer.isShared !== true) holdAnswer(response, length);
  either.end(answer.body);
}

/**
 * Sees to it that a body which has not been read to its end is not waited for; to be called before
 * the headers are sent.
 */
export function leaveRest(
  request: HttpRequest,
  response: HttpResponse,
  headers: OutgoingHttpHeaders,
): void {
  if (request.complete || !hasBody(request)) return;
  // Over HTTP/2, http2-stream.ts ends it with the answer.
  if ("stream" in response) return;
  if (!(Number(request.headers["content-length"]) <= LONGEST_REST)) {
    headers["connection"] = "close";
  }
}
