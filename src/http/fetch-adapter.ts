// The way from node's requests to pages, which speak of the Request and Response of the Fetch
// standard, and back. It owns the translation and must not know what the pages are.
import type { OutgoingHttpHeaders } from "node:http";
import { ConnectError } from "@connectrpc/connect";
import { type RequestRecord, requestRecordOf } from "./server/request-record.ts";
import { hasBody, readBody } from "./body/body.ts";
import { send } from "./server/send.ts";
import type { Fallback } from "./transcoding/transcoder.ts";
import type { Operation, HttpRequest, HttpResponse } from "./types.ts";
import { errorView } from "./error-view.ts";
import { isAborted } from "./server/deadline.ts";
import { splitTarget } from "./server/target.ts";

/** What a page can't read from its request. */
export interface Visitor {
  readonly address: string;
  hasGone(): boolean;
  /** Notes which page it is: the verb and the template of its path. */
  found(route: string): void;
  /** Hears of what a page throws and answers for itself. */
  failed(error: unknown): void;
}

/**
 * An answer whose bytes may stand in `shared` instead of its body: they are kept once, however many
 * wait for them.
 */
export type PageResponse = Response & { readonly shared?: Uint8Array };

/** Answers a request to a page; undefined when there is no such page. */
export type Serve = (request: Request, visitor: Visitor) => Promise<PageResponse | undefined>;

export interface FetchAdapterOptions {
  readonly serve: Serve;
  readonly addressOf: (request: HttpRequest) => string;
  readonly maxBodyBytes: number;
  /** Hears of whatever a page throws; the visitor is told nothing of it. */
  readonly onFault: (error: unknown, record: RequestRecord) => void;
}

/** Serves pages where no method of the API is bound. */
export function createFetchAdapter({
  serve,
  addressOf,
  maxBodyBytes,
  onFault,
}: FetchAdapterOptions): Fallback {
  const operations = new Map<string, Operation>();
  const operationOf = (route: string): Operation => {
    const operation = operations.get(route) ?? { protocol: "page", method: "", route };
    operations.set(route, operation);
    return operation;
  };
  const failed = (error: unknown, record: RequestRecord): void => {
    record.reason = "INTERNAL";
    onFault(error, record);
  };
  const visitorOf = (request: HttpRequest, record: RequestRecord): Visitor => ({
    address: addressOf(request),
    hasGone: () => isAborted(request),
    found: (route) => void (record.operation = operationOf(route)),
    failed: (error) => failed(error, record),
  });
  return async (request, response, otherwise) => {
    const record = requestRecordOf(request);
    try {
      const asked = toRequest(request, maxBodyBytes);
      const answer = asked && (await serve(asked, visitorOf(request, record)));
      if (answer === undefined) otherwise();
      else await reply(request, response, answer);
    } catch (error) {
      const { status, message, reason } = errorView(error, "");
      record.reason = reason;
      if (!(error instanceof ConnectError)) failed(error, record);
      send(
        request,
        response,
        {
          status,
          headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" },
          body: message,
        },
        {},
      );
    }
  };
}

const METHODS: ReadonlySet<string> = new Set([
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
]);

/**
 * Undefined for what the Fetch standard has no Request for, and for paths that it would read as
 * others.
 */
function toRequest(request: HttpRequest, maxBodyBytes: number): Request | undefined {
  const { path, query } = splitTarget(request.url ?? "");
  // Nobody may rely on the host: it is what the client says.
  const url = `http://pages.invalid${path}${query === "" ? "" : `?${query.replaceAll("#", "%23")}`}`;
  const { method = "GET" } = request;
  if (!METHODS.has(method) || URL.parse(url)?.pathname !== path) return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(":"))
      headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const authority = request.headers[":authority"];
  if (typeof authority === "string") headers.set("host", authority);
  if (!hasBody(request) || method === "GET" || method === "HEAD")
    return new Request(url, { method, headers });
  return new Request(url, {
    method,
    headers,
    body: lazily(() => readBody(request, maxBodyBytes)),
    duplex: "half",
  } as RequestInit);
}

/** A stream that reads nothing before somebody reads it. */
const lazily = (read: () => Promise<Uint8Array>): ReadableStream =>
  new ReadableStream(
    {
      pull: async (controller) => {
        controller.enqueue(await read());
        controller.close();
      },
    },
    { highWaterMark: 0 },
  );

async function reply(
  request: HttpRequest,
  response: HttpResponse,
  answer: PageResponse,
): Promise<void> {
  const isShared = answer.shared !== undefined;
  const body = answer.shared ?? Buffer.from(await answer.arrayBuffer());
  const cookies = answer.headers.getSetCookie();
  const headers: OutgoingHttpHeaders = cookies.length === 0 ? {} : { "set-cookie": cookies };
  send(
    request,
    response,
    { status: answer.status, headers: Object.fromEntries(answer.headers), body, isShared },
    headers,
  );
}
