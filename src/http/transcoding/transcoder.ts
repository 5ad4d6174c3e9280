// The transcoder of google.api.http: plain HTTP in, one call of a unary method, plain HTTP out.
import type { DescMethod, DescService, Message } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { hasBody, readBody } from "../body/body.ts";
import { NOTHING, readContent, type Content } from "../body/content.ts";
import { decodePercent } from "../body/form.ts";
import { errorView } from "../error-view.ts";
import { failure, malformed } from "../errors.ts";
import { DECLINED, type Step } from "../pipeline.ts";
import type { Invoke, Refuse } from "../protocols/invocation.ts";
import { isAborted, readDeadline } from "../server/deadline.ts";
import { createAddressOf } from "../server/forwarded.ts";
import { checkHeaders, putHeader, readHeader } from "../server/headers.ts";
import { type RequestRecord, requestRecordOf } from "../server/request-record.ts";
import { send } from "../server/send.ts";
import { splitTarget } from "../server/target.ts";
import type { Answer, Handler, HttpRequest, HttpResponse } from "../types.ts";
import { AnswersInMemory } from "./answers-in-memory.ts";
import { bindServices, type HttpBinding } from "./bindings.ts";
import { corsHeaders } from "./cors.ts";
import { decodeRequest } from "./decode.ts";
import { encodeFailure } from "./encode-failure.ts";
import type { Match } from "./routes.ts";

export interface TranscoderOptions {
  /** The services whose methods have HTTP rules. */
  readonly services: readonly DescService[];
  readonly invoke: Invoke;
  /**
   * Returns a response that is in memory and the same for every caller, so that the method need not
   * be called; none is when not given. The same object is the same response.
   */
  readonly inMemory?: (method: DescMethod) => Message | undefined;
  /** Refuses calls before their bodies are read; none when not given. */
  readonly refuse?: Refuse;
  /** Whether a request to a bound path belongs to another protocol; none does when not given. */
  readonly declines?: (request: HttpRequest) => boolean;
  /** Milliseconds of any clock; deadlines are by it. */
  readonly now: () => number;
  /** The domain of google.rpc.ErrorInfo where an error has none. */
  readonly errorDomain: string;
  /** The longest body, before and after decompression; 64 KiB when not given. */
  readonly maxBodyBytes?: number;
  /** The address that a request comes from; the socket's other end when not given. */
  readonly addressOf?: (request: HttpRequest) => string;
  /** The origins whose pages may call, by the name of the dialect; none when not given. */
  readonly origins?: Readonly<Record<string, readonly string[]>>;
  /** The methods that other steps take at a path, for the Allow header; none when not given. */
  readonly pageMethods?: (path: string) => readonly string[];
  /** Receives every error that is no ConnectError; the client gets INTERNAL without details. */
  readonly onFault?: (error: unknown, record: RequestRecord) => void;
}

/** The two steps of the transcoder, and what may come between them. */
export interface Transcoder {
  /** Answers requests whose path and method are bound; declines all others. */
  readonly answer: Step;
  /**
   * Whether a page may answer a request: its path is not bound, or it is a GET or HEAD to a path
   * that is bound to other methods.
   */
  readonly mayBePage: (request: HttpRequest) => boolean;
  /**
   * Returns the method that a verb and a path are bound to, else one that the path is bound to with
   * another verb.
   */
  readonly methodAt: (verb: string, path: string) => DescMethod | undefined;
  /**
   * Returns the answer to a bound request without sending it; undefined when nothing is bound.
   */
  readonly answerOf: (request: HttpRequest) => Promise<Answer> | undefined;
  /** Answers a request with an error, in the shape of the API that its path is bound to. */
  readonly fail: (request: HttpRequest, response: HttpResponse, error: unknown) => void;
  /** Refuses requests that are not bound: 404, 405, or the methods of the path for OPTIONS. */
  readonly refuse: Handler;
}

const MAX_BODY_BYTES = 64 * 1024;
const NO_CONTENT: Answer = { status: 204, headers: {}, body: "" };

/** A request that is bound: its route, and the two parts of its target. */
interface BoundTarget {
  readonly match: Match<HttpBinding>;
  readonly path: string;
  readonly query: string;
}

/** A cached answer to calls that are refused before they are read. */
interface Refusal {
  readonly answer: Answer;
  readonly reason: string;
}

/**
 * Binds the services; throws an Error that names the method when a declaration contradicts itself
 * or another one.
 */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  const { addressOf = createAddressOf([]), maxBodyBytes = MAX_BODY_BYTES } = options;
  const routes = bindServices(options.services);
  const answersInMemory = new AnswersInMemory(options.inMemory ?? (() => undefined));
  const refusals = new WeakMap<ConnectError, Map<HttpBinding, Refusal>>();
  const origins = new Map(
    Object.entries(options.origins ?? {}).map(([name, list]) => [name, new Set(list)]),
  );

  async function call(
    request: HttpRequest,
    { match, path, query }: BoundTarget,
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
      verb: request.method ?? "",
      path,
      header,
      setHeader: (name, value) => putHeader(headers, name, value),
      address: addressOf(request),
      deadline: readDeadline(request, options.now),
      aborted: () => isAborted(request),
    });
    return match.target.encode(message);
  }

  function serve(
    request: HttpRequest,
    response: HttpResponse,
    target: BoundTarget,
  ): Promise<void> | void {
    const { dialect, httpMethod, method, operation } = target.match.target;
    requestRecordOf(request).operation = operation;
    const headers = corsHeaders(request, origins.get(dialect.name), [httpMethod]);
    const kept = target.query === "" && answersInMemory.find(request, target.match.target);
    if (kept) return send(request, response, kept, headers);
    const refusal = options.refuse?.(method, request);
    if (refusal !== undefined)
      return send(request, response, refused(request, refusal, target.match.target), headers);
    return answerTo(request, target, headers).then((answer) =>
      send(request, response, answer, headers),
    );
  }

  const answerTo = (
    request: HttpRequest,
    target: BoundTarget,
    headers: Record<string, string>,
  ): Promise<Answer> =>
    call(request, target, headers).catch((error: unknown) =>
      fail(request, error, target.match.target),
    );

  function fail(request: HttpRequest, error: unknown, binding: HttpBinding | undefined): Answer {
    const record = requestRecordOf(request);
    const view = errorView(error, options.errorDomain);
    record.reason = view.reason;
    if (!(error instanceof ConnectError)) options.onFault?.(error, record);
    return encodeFailure(view, binding, request.headers.authorization !== undefined);
  }

  /** Caches the answer: a server under load refuses often, and each time must cost little. */
  function refused(request: HttpRequest, error: ConnectError, binding: HttpBinding): Answer {
    const known = refusals.get(error)?.get(binding);
    if (known !== undefined) {
      requestRecordOf(request).reason = known.reason;
      return known.answer;
    }
    const answer = fail(request, error, binding);
    const { reason } = requestRecordOf(request);
    const cached = refusals.get(error) ?? new Map<HttpBinding, Refusal>();
    refusals.set(error, cached.set(binding, { answer, reason }));
    return answer;
  }

  function refuse(request: HttpRequest, response: HttpResponse): void {
    const { path } = splitTarget(request.url ?? "");
    if (path === "*" && request.method === "OPTIONS")
      return send(request, response, NO_CONTENT, { allow: routes.methods.join(", ") });
    const found = routes.find(request.method ?? "", path);
    const others = options.pageMethods?.(path) ?? [];
    const misses = found === undefined && others.length > 0;
    if (found?.target !== undefined || (found === undefined && !misses)) {
      const error = path.startsWith("/")
        ? failure("ROUTE_NOT_FOUND", "there is nothing at this path")
        : malformed("the request has no path");
      return send(request, response, fail(request, error, undefined), {});
    }
    const methods = new Set([...(found?.allowed ?? []), ...others]);
    const headers = {
      ...(found && corsHeaders(request, origins.get(found.nearest.dialect.name), found.allowed)),
      allow: [...methods].sort().join(", "),
    };
    if (found !== undefined) requestRecordOf(request).operation = found.nearest.operation;
    const answer =
      request.method === "OPTIONS"
        ? NO_CONTENT
        : fail(request, failure("HTTP_METHOD_NOT_ALLOWED", `use ${headers.allow}`), found?.nearest);
    send(request, response, answer, headers);
  }

  return {
    answer: (request, response) => {
      const { path, query } = splitTarget(request.url ?? "");
      const match = routes.find(request.method ?? "", path);
      if (match?.target === undefined || options.declines?.(request) === true) return DECLINED;
      return serve(request, response, { match, path, query });
    },
    mayBePage: (request) => {
      const { path } = splitTarget(request.url ?? "");
      if (!path.startsWith("/")) return false;
      return isReading(request) || routes.find(request.method ?? "", path) === undefined;
    },
    methodAt: (verb, path) => {
      const found = routes.find(verb, path);
      return found && (found.target ?? found.nearest).method;
    },
    answerOf: (request) => {
      const { path, query } = splitTarget(request.url ?? "");
      const match = routes.find(request.method ?? "", path);
      return match?.target && answerTo(request, { match, path, query }, {});
    },
    fail: (request, response, error) => {
      const found = routes.find(request.method ?? "", splitTarget(request.url ?? "").path);
      const binding = found && (found.target ?? found.nearest);
      if (binding !== undefined) requestRecordOf(request).operation = binding.operation;
      send(request, response, fail(request, error, binding), {});
    },
    refuse,
  };
}

const isReading = ({ method }: HttpRequest): boolean => method === "GET" || method === "HEAD";

function contentOf(binding: HttpBinding, bytes: Buffer, contentType: string | undefined): Content {
  if (binding.rawBody) return { kind: "raw", bytes, contentType: contentType ?? "" };
  return binding.body === "nothing"
    ? NOTHING
    : readContent(bytes, contentType, binding.dialect.bodyEncodings);
}
