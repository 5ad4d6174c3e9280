// The transcoder of google.api.http: plain HTTP in, one call of a unary method, plain HTTP out. It
// owns the way of a request through this folder, and must not know what the methods do or who calls
// them.
import type { DescService } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { bindServices, type HttpBinding } from "./bindings.ts";
import { hasBody, readBody } from "../body/body.ts";
import { NOTHING, readContent, type Content } from "../body/content.ts";
import { corsHeaders } from "./cors.ts";
import { decodeRequest } from "./decode.ts";
import type { Dialect } from "./dialect.ts";
import { encodeFailure } from "./encode-failure.ts";
import { type RequestRecord, requestRecordOf } from "../server/request-record.ts";
import { failure, malformed } from "../errors.ts";
import { createAddressOf } from "../server/forwarded.ts";
import { putHeader, checkHeaders, readHeader } from "../server/headers.ts";
import type { Invoke, Refuse } from "../protocols/invocation.ts";
import { decodePercent } from "../body/form.ts";
import { send } from "../server/send.ts";
import type { Found, Match } from "./routes.ts";
import type { Answer, Handler, HttpRequest, HttpResponse } from "../types.ts";
import { errorView } from "../error-view.ts";
import { isAborted, readDeadline } from "../server/deadline.ts";
import { splitTarget } from "../server/target.ts";

/**
 * Answers a request that no method is bound to; `otherwise` refuses it in the way of the documented
 * APIs.
 */
export type Fallback = (
  request: HttpRequest,
  response: HttpResponse,
  otherwise: () => void,
) => unknown;

/** What a transcoder is made of. */
export interface TranscoderOptions {
  /** The services whose methods have HTTP rules. */
  readonly services: readonly DescService[];
  readonly invoke: Invoke;
  /** Refuses calls before their bodies are read; none when not said. */
  readonly refuse?: Refuse;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** The domain of google.rpc.ErrorInfo where a failure has none. */
  readonly errorDomain: string;
  /** How long a body may be, before and after decompression; 64 KiB when not said. */
  readonly maxBodyBytes?: number;
  /** The address that a request comes from; the socket's other end when not said. */
  readonly addressOf?: (request: HttpRequest) => string;
  /** The origins whose pages may call, by the name of the dialect; none when not said. */
  readonly origins?: Readonly<Record<string, readonly string[]>>;
  /**
   * Answers requests to paths that are not bound, and GET where a path is bound to other verbs; 404
   * or 405 when not said.
   */
  readonly fallback?: Fallback;
  /**
   * The methods that the fallback takes at a path, to be named where another is refused; none when
   * not said.
   */
  readonly fallbackMethods?: (path: string) => readonly string[];
  /** Hears of whatever is thrown and is no ConnectError; the client is told nothing of it. */
  readonly onFault?: (error: unknown, record: RequestRecord) => void;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Where a request goes: the route that it has found, and the two parts of its target. */
interface Way {
  readonly match: Match<HttpBinding>;
  readonly path: string;
  readonly query: string;
}

/** What is said to every call that is refused so. */
interface Refused {
  readonly answer: Answer;
  readonly reason: string;
}

/**
 * Binds the services; throws an Error that names the method when a declaration contradicts itself
 * or another.
 */
export function createTranscoder(options: TranscoderOptions): Handler {
  const { addressOf = createAddressOf([]), maxBodyBytes = MAX_BODY_BYTES } = options;
  const routes = bindServices(options.services);
  const refusals = new WeakMap<ConnectError, Map<HttpBinding, Refused>>();
  const origins = new Map(
    Object.entries(options.origins ?? {}).map(([name, list]) => [name, new Set(list)]),
  );

  async function call(
    request: HttpRequest,
    { match, path, query }: Way,
    headers: Record<string, string>,
  ): Promise<Answer> {
    checkHeaders(request);
    decodePercent(path);
    const content = hasBody(request)
      ? contentOf(
          match.target,
          await readBody(request, maxBodyBytes),
          request.headers["content-type"],
        )
      : NOTHING;
    const header = (name: string): string | undefined => readHeader(request, name);
    const message = await options.invoke({
      method: match.target.method,
      record: requestRecordOf(request),
      message: decodeRequest({ match, query, content, header }),
      header,
      setHeader: (name, value) => putHeader(headers, name, value),
      address: addressOf(request),
      deadline: readDeadline(request, options.now),
      aborted: () => isAborted(request),
    });
    return match.target.encode(message);
  }

  async function serve(request: HttpRequest, response: HttpResponse, way: Way): Promise<void> {
    const { dialect, httpMethod, operation } = way.match.target;
    requestRecordOf(request).operation = operation;
    const headers = corsHeaders(request, origins.get(dialect.name), [httpMethod]);
    const refusal = options.refuse?.(way.match.target.method, request);
    if (refusal !== undefined)
      return send(request, response, refused(request, refusal, way.match.target), headers);
    const answer = await call(request, way, headers).catch((error: unknown) =>
      fail(request, error, dialect),
    );
    send(request, response, answer, headers);
  }

  function fail(request: HttpRequest, error: unknown, dialect: Dialect | undefined): Answer {
    const record = requestRecordOf(request);
    const told = errorView(error, options.errorDomain);
    record.reason = told.reason;
    if (!(error instanceof ConnectError)) options.onFault?.(error, record);
    return encodeFailure(told, dialect, request.headers.authorization !== undefined);
  }

  /** What is refused before it is read is refused often, and must cost next to nothing. */
  function refused(request: HttpRequest, error: ConnectError, binding: HttpBinding): Answer {
    const known = refusals.get(error)?.get(binding);
    if (known !== undefined) {
      requestRecordOf(request).reason = known.reason;
      return known.answer;
    }
    const answer = fail(request, error, binding.dialect);
    refusals.set(
      error,
      (refusals.get(error) ?? new Map<HttpBinding, Refused>()).set(binding, {
        answer,
        reason: requestRecordOf(request).reason,
      }),
    );
    return answer;
  }

  /** Nothing is bound to the path, or not to this verb. */
  function refuse(
    request: HttpRequest,
    response: HttpResponse,
    path: string,
    found: Exclude<Found<HttpBinding>, Match<HttpBinding>> | undefined,
  ): void {
    if (found === undefined) {
      const error = path.startsWith("/")
        ? failure("ROUTE_NOT_FOUND", "there is nothing at this path")
        : malformed("the request has no path");
      return send(request, response, fail(request, error, undefined), {});
    }
    const { dialect, operation } = found.nearest;
    requestRecordOf(request).operation = operation;
    const allowed = [
      ...new Set([...found.allowed, ...(options.fallbackMethods?.(path) ?? [])]),
    ].sort();
    const headers = {
      ...corsHeaders(request, origins.get(dialect.name), found.allowed),
      allow: allowed.join(", "),
    };
    const answer =
      request.method === "OPTIONS"
        ? NO_CONTENT
        : fail(request, failure("HTTP_METHOD_NOT_ALLOWED", `use ${headers.allow}`), dialect);
    send(request, response, answer, headers);
  }

  return (request, response) => {
    const { path, query } = splitTarget(request.url ?? "");
    const found = routes.find(request.method ?? "", path);
    if (found?.target !== undefined) return serve(request, response, { match: found, path, query });
    const otherwise = (): void => refuse(request, response, path, found);
    const mayBePage = path.startsWith("/") && (found === undefined || isReading(request));
    return options.fallback !== undefined && mayBePage
      ? options.fallback(request, response, otherwise)
      : otherwise();
  };
}

const NO_CONTENT: Answer = { status: 204, headers: {}, body: "" };

const isReading = ({ method }: HttpRequest): boolean => method === "GET" || method === "HEAD";

function contentOf(binding: HttpBinding, bytes: Buffer, contentType: string | undefined): Content {
  if (binding.rawBody) return { kind: "raw", bytes, contentType: contentType ?? "" };
  return binding.body === "nothing"
    ? NOTHING
    : readContent(bytes, contentType, binding.dialect.bodyEncodings);
}
