// Unary calls over gRPC, gRPC-Web and Connect, straight from node's request to one call and back.
// That costs a fifth of Connect's stack of async iterators; docs/decisions/0005 has the numbers.
import type { DescMethod, DescMethodUnary } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import { failure } from "../errors.ts";
import { DECLINED, type Step } from "../pipeline.ts";
import { isAborted, readDeadline } from "../server/deadline.ts";
import { checkHeaders, putHeader, readHeader } from "../server/headers.ts";
import { rawPathOf } from "../server/target.ts";
import { letStay, type Stay } from "../server/http2-stream.ts";
import { type RequestRecord, requestRecordOf } from "../server/request-record.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";
import { refuseTrailerless } from "./grpc.ts";
import type { Invoke, Refuse } from "./invocation.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";
import type { UnaryProtocol } from "./protocol.ts";
import { toRpcError } from "./rpc-error.ts";
import { protocolName, type RpcOperations, rpcOperations } from "./rpc-operations.ts";
import { isSafe, protocolOf } from "./select-protocol.ts";
import { refuseMethod } from "./refuse-method.ts";

export interface UnaryOptions {
  readonly methods: readonly DescMethodUnary[];
  /** The streaming methods that a later step serves; here only their names are known. */
  readonly streams?: readonly DescMethod[];
  readonly invoke: Invoke;
  /** Refuses calls before their bodies are read; none when not given. */
  readonly refuse?: Refuse;
  readonly now: () => number;
  /** The domain of google.rpc.ErrorInfo where an error has none. */
  readonly errorDomain: string;
  /** The longest message, before and after decompression. */
  readonly maxMessageBytes: number;
  /** The longest time that a call may take; a longer deadline of the caller is cut to it. */
  readonly maxTimeoutMs: number;
  readonly address: (request: HttpRequest) => string;
  /** Receives every error that is no ConnectError; the client gets INTERNAL without details. */
  readonly onFault?: (error: unknown, record: RequestRecord) => void;
}

/** What is known of a path at start. */
interface Target {
  readonly operations: RpcOperations;
  /** Undefined for the streams. */
  readonly method: DescMethodUnary | undefined;
  readonly stay: Stay | undefined;
  /** The methods of HTTP that it takes. */
  readonly allowed: readonly string[];
}

/** Serves the unary methods at `/package.Service/Method`; declines all else. */
export function createUnary(options: UnaryOptions): Step {
  const { now, maxTimeoutMs, errorDomain } = options;
  const targets = targetsOf(options);

  async function answer(
    method: DescMethodUnary,
    protocol: UnaryProtocol,
    request: HttpRequest,
    response: HttpResponse,
  ): Promise<void> {
    const headers: Record<string, string> = {};
    const record = requestRecordOf(request);
    const fail = (error: unknown): void =>
      protocol.fail(request, response, headers, toRpcError(error, errorDomain, record));
    const refusal = options.refuse?.(method, request);
    if (refusal !== undefined) return fail(refusal);
    try {
      checkHeaders(request);
      const asked = readDeadline(request, now);
      const deadline = asked === undefined ? undefined : Math.min(asked, now() + maxTimeoutMs);
      const bytes = await protocol.read(request, options.maxMessageBytes);
      const invocation = {
        method,
        message: decodeMessage(method, protocol.codec, bytes),
        verb: request.method ?? "",
        path: rawPathOf(request.url ?? ""),
        record,
        header: (name: string) => readHeader(request, name),
        setHeader: (name: string, value: string) => putHeader(headers, name, value),
        address: options.address(request),
        deadline,
        aborted: () => isAborted(request),
      };
      const working = options.invoke(invocation);
      const reply = await (deadline === undefined ? working : before(deadline, now, working));
      const encoded = encodeMessage(method, protocol.codec, reply);
      protocol.succeed(request, response, headers, encoded);
    } catch (error) {
      if (!(error instanceof ConnectError)) options.onFault?.(error, record);
      fail(error);
    }
  }

  return (request, response) => {
    const target = targets.get(rawPathOf(request.url ?? ""));
    if (target === undefined) return DECLINED;
    requestRecordOf(request).operation = target.operations[protocolName(request)];
    if (refuseTrailerless(request, response)) return undefined;
    if (target.stay !== undefined) letStay(request, target.stay);
    const { method, allowed } = target;
    if (!allowed.includes(request.method === "HEAD" ? "GET" : request.method!))
      return refuseMethod(request, response, { allowed, errorDomain });
    const protocol = method === undefined ? undefined : protocolOf(request, method);
    // Connect's handler would refuse a HEAD without a message, and name no method.
    if (protocol === undefined && request.method === "HEAD")
      return refuseMethod(request, response, { allowed, errorDomain });
    if (method === undefined || protocol === undefined) return DECLINED;
    return answer(method, protocol, request, response);
  };
}

function targetsOf({ methods, streams = [] }: UnaryOptions): ReadonlyMap<string, Target> {
  const targetOf = (
    { parent, name }: DescMethod,
    target: Pick<Target, "method" | "stay" | "allowed">,
  ): [string, Target] => {
    const path = `${parent.typeName}/${name}`;
    return [`/${path}`, { ...target, operations: rpcOperations(path) }];
  };
  return new Map([
    ...methods.map((method) =>
      targetOf(method, { method, stay: undefined, allowed: isSafe(method) ? READING : WRITING }),
    ),
    ...streams.map((method) =>
      targetOf(method, { method: undefined, stay: stayFor(method), allowed: WRITING }),
    ),
  ]);
}

/** How much longer this waits than the call itself, which says more of what it was doing. */
const GRACE_MS = 5;

const WRITING: readonly string[] = ["POST"];
/** Connect's GET; HEAD comes with it. */
const READING: readonly string[] = ["GET", "POST"];

const stayFor = ({ methodKind }: DescMethod): Stay =>
  methodKind === "server_streaming" ? "answer" : "both";

/** Waits for the call until the client's deadline; then rejects with DEADLINE_EXCEEDED. */
async function before<T>(deadline: number, now: () => number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(failure("DEADLINE_EXCEEDED", "the deadline has passed")),
    Math.max(0, deadline - now()) + GRACE_MS,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
