// The way from node's requests to pages, which speak of the Request and Response of the Fetch standard, and back.
// It owns the translation and must not know what the pages are.
import type { OutgoingHttpHeaders } from "node:http";
import { ConnectError } from "@connectrpc/connect";
import { hasBody, readBody } from "./body.ts";
import { tell } from "./failure.ts";
import { isAborted, splitTarget, type HttpRequest } from "./request.ts";
import { send, type HttpResponse } from "./send.ts";
import type { Fallback } from "./transcoder.ts";

/** What a page can't read from its request. */
export interface Visitor {
  readonly address: string;
  hasGone(): boolean;
}

/** Answers a request to a page; undefined when there is no such page. */
export type Serve = (request: Request, visitor: Visitor) => Promise<Response | undefined>;

export interface PagesOptions {
  readonly serve: Serve;
  readonly addressOf: (request: HttpRequest) => string;
  readonly maxBodyBytes: number;
  /** Hears of whatever a page throws; the visitor is told nothing of it. */
  readonly onFault: (error: unknown) => void;
}

/** Serves pages where no method of the API is bound. */
export function createPages({ serve, addressOf, maxBodyBytes, onFault }: PagesOptions): Fallback {
  return async (request, response, otherwise) => {
    try {
      const asked = toRequest(request, maxBodyBytes);
      const answer = asked && (await serve(asked, { address: addressOf(request), hasGone: () => isAborted(request) }));
      if (answer === undefined) otherwise();
      else await reply(request, response, answer);
    } catch (error) {
      if (!(error instanceof ConnectError)) onFault(error);
      const { status, message } = tell(error, "");
      send(request, response, { status, headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }, body: message }, {});
    }
  };
}

const METHODS: ReadonlySet<string> = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

/** Undefined for what the Fetch standard has no Request for, and for paths that it would read as others. */
function toRequest(request: HttpRequest, maxBodyBytes: number): Request | undefined {
  const { path, query } = splitTarget(request.url ?? "");
  // Nobody may rely on the host: it is what the client says.
  const url = `http://pages.invalid${path}${query === "" ? "" : `?${query.replaceAll("#", "%23")}`}`;
  const { method = "GET" } = request;
  if (!METHODS.has(method) || !URL.canParse(url) || new URL(url).pathname !== path) return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && !name.startsWith(":")) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const authority = request.headers[":authority"];
  if (typeof authority === "string") headers.set("host", authority);
  if (!hasBody(request) || method === "GET" || method === "HEAD") return new Request(url, { method, headers });
  return new Request(url, { method, headers, body: lazily(() => readBody(request, maxBodyBytes)), duplex: "half" } as RequestInit);
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

async function reply(request: HttpRequest, response: HttpResponse, answer: Response): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  const cookies = answer.headers.getSetCookie();
  const headers: OutgoingHttpHeaders = cookies.length === 0 ? {} : { "set-cookie": cookies };
  send(request, response, { status: answer.status, headers: Object.fromEntries(answer.headers), body }, headers);
}
