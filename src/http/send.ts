// The bytes of an answer. It owns the differences between the versions of HTTP, and must not know what is answered.
import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Answer } from "./encode.ts";
import type { HttpRequest } from "./request.ts";

/** A response of either version of HTTP. */
export type HttpResponse = ServerResponse | Http2ServerResponse;

/** Sends an answer with some more headers. */
export function send(request: HttpRequest, response: HttpResponse, answer: Answer, more: Readonly<Record<string, string>>): void {
  const headers: Record<string, string | number> = { ...answer.headers, ...more };
  if (answer.status === 204 || answer.status === 304) return finish(response, answer.status, headers, undefined);
  headers["content-length"] = Buffer.byteLength(answer.body);
  finish(response, answer.status, headers, request.method === "HEAD" ? undefined : answer.body);
}

function finish(response: HttpResponse, status: number, headers: OutgoingHttpHeaders, body: string | Uint8Array | undefined): void {
  // The two types have writeHead and end in common, but their overloads not.
  const either = response as ServerResponse;
  either.writeHead(status, headers);
  either.end(body);
}
