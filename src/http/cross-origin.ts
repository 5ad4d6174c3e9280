// Calls from pages of other origins (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol). It
// stands before all steps, so that errors too can be read by the page that caused them. It never
// allows credentials: a browser sends no cookies along, and shows no answer to a page that asks for
// them.
import { setEarly } from "./server/headers.ts";
import { send } from "./server/send.ts";
import { rawPathOf } from "./server/target.ts";
import type { Handler, HttpRequest, HttpResponse } from "./types.ts";

/**
 * Who may call a path: pages of every origin, those of listed origins, or those that the path
 * itself answers for.
 */
export type Callers = "any" | "listed" | "own";

export interface CrossOriginOptions {
  readonly callersOf: (verb: string, path: string) => Callers;
  /** Whether an origin is listed; never rejects. */
  readonly allows: (origin: string, request: HttpRequest) => boolean | Promise<boolean>;
}

/** How long a browser may remember the answer to a preflight, in seconds. */
const MAX_AGE = "600";

const METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";

/** What clients of REST, Connect, gRPC-Web, OAuth and MCP send, and tools for traces. */
const REQUEST_HEADERS = [
  "accept-language",
  "authorization",
  "baggage",
  "connect-accept-encoding",
  "connect-content-encoding",
  "connect-protocol-version",
  "connect-timeout-ms",
  "content-encoding",
  "content-type",
  "dpop",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-timeout",
  "idempotency-key",
  "if-none-match",
  "mcp-protocol-version",
  "traceparent",
  "tracestate",
  "x-grpc-web",
  "x-request-id",
  "x-requested-with",
  "x-user-agent",
].join(", ");

/** The headers of our answers that a page can't read otherwise. */
const ANSWER_HEADERS = [
  "allow",
  "connect-content-encoding",
  "grpc-accept-encoding",
  "grpc-encoding",
  "grpc-message",
  "grpc-status",
  "grpc-status-details-bin",
  "retry-after",
  "www-authenticate",
  "x-request-id",
].join(", ");

/** Wraps a handler, so that its answers may be read by pages of other origins. */
export const createCrossOrigin =
  ({ callersOf, allows }: CrossOriginOptions) =>
  (handler: Handler): Handler =>
  (request, response) => {
    const { origin } = request.headers;
    // Without an origin only an answer that caches may keep needs the headers.
    if (origin === undefined && !isReading(request)) return handler(request, response);
    const callers = callersOf(request.method ?? "", rawPathOf(request.url ?? ""));
    if (callers === "own") return handler(request, response);
    const goOn = (shared: string | undefined): unknown => {
      if (shared !== undefined) setEarly(response, "access-control-allow-origin", shared);
      if (isPreflight(request)) return answerPreflight(request, response, shared !== undefined);
      if (shared !== undefined) setEarly(response, "access-control-expose-headers", ANSWER_HEADERS);
      return handler(request, response);
    };
    if (callers === "any") return goOn("*");
    setEarly(response, "vary", "origin");
    if (origin === undefined) return goOn(undefined);
    const allowed = allows(origin, request);
    if (typeof allowed === "boolean") return goOn(allowed ? origin : undefined);
    return allowed.then((isAllowed) => goOn(isAllowed ? origin : undefined));
  };

const isReading = ({ method }: HttpRequest): boolean => method === "GET" || method === "HEAD";

const isPreflight = ({ method, headers }: HttpRequest): boolean =>
  method === "OPTIONS" &&
  headers.origin !== undefined &&
  headers["access-control-request-method"] !== undefined;

function answerPreflight(request: HttpRequest, response: HttpResponse, isAllowed: boolean): void {
  const headers = {
    "access-control-allow-methods": METHODS,
    "access-control-allow-headers": REQUEST_HEADERS,
    "access-control-max-age": MAX_AGE,
  };
  send(request, response, { status: 204, headers: isAllowed ? headers : {}, body: "" }, {});
}
