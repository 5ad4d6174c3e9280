// The types that every folder of http/ shares. It imports none of them, except the two classes that
// stand in place of node's.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { StreamRequest } from "./server/direct/stream-request.ts";
import type { StreamResponse } from "./server/direct/stream-response.ts";

/** A request over HTTP/1.1 or HTTP/2. */
export type HttpRequest = IncomingMessage | Http2ServerRequest | StreamRequest;

/** A response over HTTP/1.1 or HTTP/2. */
export type HttpResponse = ServerResponse | Http2ServerResponse | StreamResponse;

/** Answers a request, at once or later; never throws or rejects. */
export type Handler = (request: HttpRequest, response: HttpResponse) => unknown;

/** An answer, ready to be sent. */
export interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
  /** Whether other answers share the same bytes, so that they count once as unread. */
  readonly isShared?: boolean;
}

/**
 * What a request asks for. Created once per route at start, so that metrics can use it as a key.
 */
export interface Operation {
  readonly protocol: "grpc" | "grpc-web" | "connect" | "http" | "page";
  /** `package.Service/Method`; empty when no method is called, `unknown` when there is none. */
  readonly method: string;
  /**
   * The verb and the template of the path; empty for a call by the method's own name, `unknown`
   * when no route has the path.
   */
  readonly route: string;
}
