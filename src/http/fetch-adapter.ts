// Translates between node's requests and the Request and Response of the Fetch standard, in which
// pages are written.
import type { OutgoingHttpHeaders } from "node:http";
import { ConnectError } from "@connectrpc/connect";
import { BodyEncoding } from "../../gen/wire/v1/wire_pb.ts";
import { hasBody, readBody } from "./body/body.ts";
import { isUtf8 } from "./body/body-type.ts";
import { readContent } from "./body/content.ts";
import { parseParameterized } from "./body/media-type.ts";
import { errorView } from "./error-view.ts";
import { DECLINED, type Step } from "./pipeline.ts";
import { isAborted } from "./server/deadline.ts";
import { type RequestRecord, requestRecordOf } from "./server/request-record.ts";
import { send } from "./server/send.ts";
import { sendParts } from "./send-parts.ts";
import { splitTarget } from "./server/target.ts";
import type { HttpRequest, HttpResponse, Operation } from "./types.ts";

/** What a page can't read from its Request. */
interface PageRequest {
  readonly address: string;
  hasGone(): boolean;
  /** Notes the verb and the template of the page's path. */
  found(route: string): void;
  /** Whether an error of reading the body means that it is too large. */
  isTooLarge(error: unknown): boolean;
  /** Receives the errors that a page throws and answers itself. */
  failed(error: unknown): void;
}

/**
 * A response whose bytes may be elsewhere than in its body: in `shared` they are kept once for all
 * the responses that wait for a client; `parts` are made while they are sent.
 */
type PageResponse = Response & {
  readonly shared?: Uint8Array;
  readonly parts?: AsyncIterable<Uint8Array>;
};

/** Answers a request to a page; resolves to undefined when there is no such page. */
type Serve = (request: Request, info: PageRequest) => Promise<PageResponse | undefined>;

export interface FetchAdapterOptions {
  readonly serve: Serve;
  /** Whether a page may answer a request; always when not given. */
  readonly accepts?: (request: HttpRequest) => boolean;
  readonly addressOf: (request: HttpRequest) => string;
  readonly maxBodyBytes: number;
  /** Receives every unexpected error of a page; the client gets no details. */
  readonly onFault: (error: unknown, record: RequestRecord) => void;
}

/** Serves pages; leaves a request that no page answers to the next step. */
export function createFetchAdapter({
  serve,
  accepts = () => true,
  addressOf,
  maxBodyBytes,
  onFault,
}: FetchAdapterOptions): Step {
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
  const pageRequestOf = (request: HttpRequest, record: RequestRecord): PageRequest => ({
    address: addressOf(request),
    hasGone: () => isAborted(request),
    isTooLarge: (error) => errorView(error, "").reason === "BODY_TOO_LARGE",
    found: (route) => void (record.operation = operationOf(route)),
    failed: (error) => failed(error, record),
  });
  const answer: Step = async (request, response, next) => {
    const record = requestRecordOf(request);
    try {
      const fetched = toRequest(request, maxBodyBytes);
      const page = fetched && (await serve(fetched, pageRequestOf(request, record)));
      if (page === undefined) return next(request, response);
      await reply(request, response, page);
    } catch (error) {
      const { status, message, reason } = errorView(error, "");
      record.reason = reason;
      if (!(error instanceof ConnectError)) failed(error, record);
      // A part of the answer has been sent, and the connection is cut.
      if (response.headersSent) return undefined;
      const headers = {
        "content-type": "text/plain; charset=utf-8",
        "cache-control": "no-store",
      };
      send(request, response, { status, headers, body: message }, {});
    }
    return undefined;
  };
  return (request, response, next) =>
    accepts(request) ? answer(request, response, next) : DECLINED;
}

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";

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
 * Returns undefined for a method that the Fetch standard has no Request for, and for a path that it
 * would normalize to another one.
 */
function toRequest(request: HttpRequest, maxBodyBytes: number): Request | undefined {
  const { path, query } = splitTarget(request.url ?? "");
  // A fixed host: the one in the request is only what the client claims.
  const search = query === "" ? "" : `?${query.replaceAll("#", "%23")}`;
  const url = `http://pages.invalid${path}${search}`;
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
  const form = rareForm(headers.get("content-type") ?? "");
  if (form !== undefined) headers.set("content-type", FORM);
  return new Request(url, {
    method,
    headers,
    body: lazily(async () => {
      const bytes = await readBody(request, maxBodyBytes);
      return form === undefined ? bytes : toForm(bytes, form);
    }),
    duplex: "half",
  } as RequestInit);
}

/**
 * Returns the Content-Type of a form that pages don't read as it is: a multipart form, or one of
 * another charset.
 */
function rareForm(contentType: string): string | undefined {
  const type = parseParameterized(contentType);
  if (type === undefined) return undefined;
  const isRare = type.value === MULTIPART || (type.value === FORM && !isUtf8(type));
  return isRare ? contentType : undefined;
}

/** Writes a form as the one kind that pages read. A file is a value in base64url. */
function toForm(bytes: Buffer, contentType: string): Uint8Array {
  const content = readContent(bytes, contentType, [BodyEncoding.FORM, BodyEncoding.MULTIPART], {
    takesFiles: true,
  });
  const parameters = content.kind === "form" ? content.parameters : [];
  return Buffer.from(
    new URLSearchParams(parameters.map(({ name, value }) => [name, value])).toString(),
  );
}

/** Makes a stream that reads the body only when the page reads the stream. */
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
  page: PageResponse,
): Promise<void> {
  const { status, shared, parts } = page;
  const headers: Record<string, string> = Object.fromEntries(page.headers);
  const cookies = page.headers.getSetCookie();
  const more: OutgoingHttpHeaders = cookies.length === 0 ? {} : { "set-cookie": cookies };
  if (parts !== undefined)
    return sendParts(request, response, { status, headers: { ...headers, ...more } }, parts);
  const body = shared ?? Buffer.from(await page.arrayBuffer());
  send(request, response, { status, headers, body, isShared: shared !== undefined }, more);
}
