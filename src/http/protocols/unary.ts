// Unary calls over gRPC, gRPC-Web and Connect, straight from node's request to one call and back: a
// fifth of what a stack of async iterators costs. It owns the way of such a call and must not know
// what the methods do; streams go to `next`.
import type { UnaryProtocol } from "./protocol.ts";
import type { DescMethod, DescMethodUnary, Message } from "@bufbuild/protobuf";
import { fromBinary, fromJson, toBinary, toJsonString } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { type RequestRecord, requestRecordOf } from "../server/request-record.ts";
import { failure, malformed } from "../errors.ts";
import { putHeader, checkHeaders, readHeader } from "../server/headers.ts";
import { parseJson } from "../body/json.ts";
import { clip } from "../transcoding/violations.ts";
import { connectGet, connectPost } from "./connect.ts";
import { grpc, grpcWeb, refuseTrailerless } from "./grpc.ts";
import type { Operation, HttpRequest, HttpResponse, Handler } from "../types.ts";
import { errorView } from "../error-view.ts";
import { isAborted, readDeadline } from "../server/deadline.ts";
import { letStay, type Stay } from "../server/http2-stream.ts";
import type { Invoke, Refuse } from "./invocation.ts";

export interface UnaryOptions {
  readonly methods: readonly DescMethodUnary[];
  /** Those that `next` serves; here only their names are known. */
  readonly streams?: readonly DescMethod[];
  readonly invoke: Invoke;
  /** Refuses calls before their bodies are read; none when not said. */
  readonly refuse?: Refuse;
  readonly now: () => number;
  /** The domain of errors that have none. */
  readonly errorDomain: string;
  /** How long a message may be, before and after decompression. */
  readonly maxMessageBytes: number;
  /** No call may take longer, whatever its caller asks for. */
  readonly maxTimeoutMs: number;
  readonly address: (request: HttpRequest) => string;
  /** Hears of whatever is thrown and is no ConnectError; the client is told nothing of it. */
  readonly onFault?: (error: unknown, record: RequestRecord) => void;
  /** Whatever is no unary call of these methods. */
  readonly next: Handler;
}

/** So much is told of why a message can't be read: it holds what the caller wrote. */
const MAX_CAUSE = 200;

const CONTENT_TYPE =
  /^application\/(?:(grpc|grpc-web|grpc-web-text)(?:\+(proto|json))?|(proto|json))(?:; *charset=utf-8)?$/i;

/** The protocol of a request; undefined when it is none of the three. */
function protocolOf(request: HttpRequest, method: DescMethodUnary): UnaryProtocol | undefined {
  if (request.method === "GET" || request.method === "HEAD")
    return method.idempotency === 1 ? connectGet(request) : undefined;
  const type = typeOf(request);
  return type === null ? undefined : protocolOfType(type);
}

const typeOf = ({ method, headers }: HttpRequest): RegExpExecArray | null =>
  method === "POST" ? CONTENT_TYPE.exec(headers["content-type"] ?? "") : null;

function protocolOfType([, framed, framedCodec, bare]: RegExpExecArray): UnaryProtocol {
  const codec = (framedCodec ?? bare ?? "proto").toLowerCase() as "proto" | "json";
  switch (framed?.toLowerCase()) {
    case undefined:
      return connectPost(codec);
    case "grpc":
      return grpc(codec);
    default:
      return grpcWeb(codec, framed!.toLowerCase() === "grpc-web-text");
  }
}

/** Serves the methods at `/package.Service/Method`. */
export function createUnary(options: UnaryOptions): Handler {
  const methods = new Map(
    options.methods.map((method) => [`/${method.parent.typeName}/${method.name}`, method]),
  );
  const operations = new Map(
    [...options.methods, ...(options.streams ?? [])].map(({ parent, name }) => [
      `/${parent.typeName}/${name}`,
      operationsOf(`${parent.typeName}/${name}`),
    ]),
  );
  const stays = new Map(
    (options.streams ?? []).map((method) => [
      `/${method.parent.typeName}/${method.name}`,
      stayFor(method),
    ]),
  );
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const called = operations.get(path);
    if (called === undefined) return options.next(request, response);
    requestRecordOf(request).operation = called[protocolName(request)];
    if (refuseTrailerless(request, response)) return undefined;
    const stay = stays.get(path);
    if (stay !== undefined) letStay(request, stay);
    const method = methods.get(path);
    const protocol = method === undefined ? undefined : protocolOf(request, method);
    if (method === undefined || protocol === undefined) return options.next(request, response);
    return answer(options, method, protocol, request, response);
  };
}

const stayFor = ({ methodKind }: DescMethod): Stay =>
  methodKind === "server_streaming" ? "answer" : "both";

type RpcOperations = Readonly<Record<"grpc" | "grpc-web" | "connect", Operation>>;

const operationsOf = (method: string): RpcOperations => ({
  grpc: { protocol: "grpc", method, route: "" },
  "grpc-web": { protocol: "grpc-web", method, route: "" },
  connect: { protocol: "connect", method, route: "" },
});

const UNKNOWN_METHOD = operationsOf("unknown");

function protocolName({ headers }: HttpRequest): keyof RpcOperations {
  const type = headers["content-type"] ?? "";
  if (!/^application\/grpc/i.test(type)) return "connect";
  return /^application\/grpc-web/i.test(type) ? "grpc-web" : "grpc";
}

/**
 * Refuses calls of methods that nobody serves, over gRPC and gRPC-Web; Connect's clients know it by
 * the 404 of plain HTTP.
 */
export function createRefusal({
  errorDomain,
  next,
}: Pick<UnaryOptions, "errorDomain" | "next">): Handler {
  return (request, response) => {
    const type = typeOf(request);
    if (type?.[1] === undefined) return next(request, response);
    const record = requestRecordOf(request);
    record.operation = UNKNOWN_METHOD[protocolName(request)];
    if (refuseTrailerless(request, response)) return undefined;
    return protocolOfType(type).fail(
      request,
      response,
      {},
      complete(failure("UNIMPLEMENTED", "there is no such method"), errorDomain, record),
    );
  };
}

async function answer(
  options: UnaryOptions,
  method: DescMethodUnary,
  protocol: UnaryProtocol,
  request: HttpRequest,
  response: HttpResponse,
): Promise<void> {
  const { now, maxTimeoutMs } = options;
  const headers: Record<string, string> = {};
  const record = requestRecordOf(request);
  const refusal = options.refuse?.(method, request);
  if (refusal !== undefined)
    return protocol.fail(
      request,
      response,
      headers,
      complete(refusal, options.errorDomain, record),
    );
  try {
    checkHeaders(request);
    const asked = readDeadline(request, now);
    const deadline = asked === undefined ? undefined : Math.min(asked, now() + maxTimeoutMs);
    const message = decode(
      method,
      protocol.codec,
      await protocol.read(request, options.maxMessageBytes),
    );
    const invocation = {
      method,
      message,
      record,
      header: (name: string) => readHeader(request, name),
      setHeader: (name: string, value: string) => putHeader(headers, name, value),
      address: options.address(request),
      deadline,
      aborted: () => isAborted(request),
    };
    const reply = await before(deadline, now, options.invoke(invocation));
    protocol.succeed(request, response, headers, encode(method, protocol.codec, reply));
  } catch (error) {
    if (!(error instanceof ConnectError)) options.onFault?.(error, record);
    protocol.fail(request, response, headers, complete(error, options.errorDomain, record));
  }
}

function decode(method: DescMethodUnary, codec: "proto" | "json", bytes: Uint8Array): Message {
  try {
    if (codec === "proto") return fromBinary(method.input, bytes);
    return fromJson(
      method.input,
      parseJson(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)),
      { ignoreUnknownFields: true },
    );
  } catch (error) {
    if (error instanceof ConnectError) throw error;
    throw malformed(
      `the message can't be read: ${clip(error instanceof Error ? error.message : "unknown", MAX_CAUSE)}`,
    );
  }
}

const encode = (method: DescMethodUnary, codec: "proto" | "json", message: Message): Uint8Array =>
  codec === "proto"
    ? toBinary(method.output, message)
    : Buffer.from(toJsonString(method.output, message));

/** Waits no longer than the caller does. */
async function before<T>(
  deadline: number | undefined,
  now: () => number,
  work: Promise<T>,
): Promise<T> {
  if (deadline === undefined) return work;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(failure("DEADLINE_EXCEEDED", "the deadline has passed")),
    Math.max(0, deadline - now()),
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Gives every error its reason and its domain, and notes the reason; of what is no ConnectError
 * nothing is told.
 */
function complete(error: unknown, domain: string, record: RequestRecord): ConnectError {
  const { code, message, details, reason } = errorView(error, domain);
  record.reason = reason;
  const metadata = error instanceof ConnectError ? error.metadata : undefined;
  return new ConnectError(
    message.toWellFormed(),
    code,
    metadata,
    details.map(({ desc, message: value }) => ({ desc, value })),
  );
}
