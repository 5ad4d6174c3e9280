import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { HandlerContext, Interceptor, ServiceImpl } from "@connectrpc/connect";
import { Code, ConnectError, createContextKey, createContextValues } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Health } from "../../gen/grpc/health/v1/health_pb.ts";
import { ServerReflection } from "../../gen/grpc/reflection/v1/reflection_pb.ts";
import * as reflectionAlpha from "../../gen/grpc/reflection/v1alpha/reflection_pb.ts";
import type { IncomingCall, Run, RunStream, ServiceBinding } from "./call.ts";
import { IdentityError } from "../domain/errors.ts";
import { reasonOf, toConnectError } from "./errors.ts";
import type { Readiness } from "./health.ts";
import { health } from "./health.ts";
import { reflection } from "./reflection.ts";
import { limitStreams, STREAM_LIMITS } from "./streams.ts";

type Request = IncomingMessage | Http2ServerRequest;
/** The request listener of node's servers. */
export type NodeHandler = (
  request: Request,
  response: ServerResponse | Http2ServerResponse,
) => unknown;

export interface AdapterOptions {
  readonly bindings: readonly ServiceBinding[];
  readonly run: Run;
  readonly runStream: RunStream;
  readonly readiness: Readiness;
  /** Whether server reflection is on. */
  readonly reflection: boolean;
  readonly addressOf: (request: Request) => string;
  readonly recordOf: (request: Request) => Noted;
  readonly maxMessageBytes: number;
  /** The longest time that a unary call may take; a longer deadline of the caller is cut to it. */
  readonly maxTimeoutMs: number;
  /** The longest deadline of a stream; a longer one is refused. */
  readonly maxStreamMs: number;
  readonly shutdownSignal: AbortSignal;
  readonly now: () => number;
  /** Takes every request that is no RPC. */
  readonly fallback: NodeHandler;
}

/** The record of a request, for telemetry. */
type Noted = IncomingCall["record"] & { reason: string };

const address = createContextKey("", { description: "the caller's address" });
const record = createContextKey<Noted>(
  { id: "", caller: "", usedMs: 0, reason: "" },
  { description: "the record of the request" },
);

/**
 * Serves the bindings, health and reflection by Connect's router: streams, and unary calls with
 * rare content types. Other unary calls have a shorter way in http/protocols/unary.ts. Every caller
 * may ask for health and reflection: their files are the standard ones and have no option of ours.
 */
export function createAdapter(options: AdapterOptions): NodeHandler {
  const { bindings, run, runStream, now } = options;
  const services = bindings.map(({ service }) => service);
  const shown = [
    ...services,
    Health,
    ...(options.reflection ? [ServerReflection, reflectionAlpha.ServerReflection] : []),
  ];
  // Connect's adapter calls the fallback synchronously, and drops the promise that it returns.
  let answering: unknown;
  const note: NodeHandler = (request, response) =>
    (answering = options.fallback(request, response));
  const handler = connectNodeAdapter({
    routes: (router) => {
      for (const { method } of bindings.flatMap(({ endpoints }) => endpoints)) {
        router.rpc(method, (message: Message, context: HandlerContext) => {
          const arrival = arrivalOf(method, message, context, now);
          const { deadline } = arrival;
          const latest = now() + options.maxTimeoutMs;
          return run({ ...arrival, deadline: deadline && Math.min(deadline, latest) });
        });
      }
      for (const { method } of bindings.flatMap(({ streams }) => streams)) {
        router.rpc(method, (message: Message, context: HandlerContext) =>
          runStream(arrivalOf(method, message, context, now)),
        );
      }
      router.service(
        Health,
        health(
          options.readiness,
          services.map(({ typeName }) => typeName),
        ),
      );
      if (options.reflection) {
        const serverReflectionInfo = reflection(shown);
        router.service(ServerReflection, { serverReflectionInfo });
        // The same messages under another name.
        router.service(reflectionAlpha.ServerReflection, {
          serverReflectionInfo,
        } as unknown as ServiceImpl<typeof reflectionAlpha.ServerReflection>);
      }
    },
    interceptors: [
      noteReason,
      limitStreams(STREAM_LIMITS, ({ contextValues }) => contextValues.get(address)),
      blameCaller,
    ],
    contextValues: (request) =>
      createContextValues()
        .set(address, options.addressOf(request))
        .set(record, options.recordOf(request)),
    readMaxBytes: options.maxMessageBytes,
    maxTimeoutMs: options.maxStreamMs,
    shutdownSignal: options.shutdownSignal,
    fallback: note as Parameters<typeof connectNodeAdapter>[0]["fallback"] & NodeHandler,
  });
  return (request, response) => {
    nameHost(request);
    answering = undefined;
    // Connect's own types for both are node's with a wider `write`.
    (handler as NodeHandler)(request, response);
    return answering;
  };
}

/**
 * Replaces a Host header that is no host (RFC 9112 section 3.2). Connect puts it into a URL and
 * would throw; no method reads it.
 */
function nameHost({ headers }: Request): void {
  const name = headers[":authority"] === undefined ? "host" : ":authority";
  if (headers[name] === undefined || !URL.canParse(`http://${String(headers[name])}`))
    headers[name] = "localhost";
}

/** Records why a call failed, before or between the messages of a stream. */
const noteReason: Interceptor = (next) => async (request) => {
  const note = (error: unknown): never => {
    request.contextValues.get(record).reason = reasonOf(error);
    throw error;
  };
  const response = await next(request).catch(note);
  return response.stream ? { ...response, message: watched(response.message, note) } : response;
};

async function* watched<T>(
  messages: AsyncIterable<T>,
  note: (error: unknown) => never,
): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    note(error);
  }
}

/**
 * Gives MALFORMED_REQUEST to a stream's message that can't be read. Connect reports it without a
 * reason, and sometimes as INTERNAL.
 */
const blameCaller: Interceptor = (next) => (request) =>
  next(request.stream ? { ...request, message: readable(request.message) } : request);

async function* readable<T>(messages: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    if (
      !(error instanceof ConnectError) ||
      (error.code !== Code.Internal && error.code !== Code.InvalidArgument)
    )
      throw error;
    throw toConnectError(new IdentityError("MALFORMED_REQUEST", "The message can't be read."));
  }
}

function arrivalOf(
  method: IncomingCall["method"],
  message: Message,
  context: HandlerContext,
  now: () => number,
): IncomingCall {
  const timeout = context.timeoutMs();
  return {
    method,
    message,
    verb: context.requestMethod,
    path: new URL(context.url).pathname,
    record: context.values.get(record),
    header: (name) => context.requestHeader.get(name) ?? undefined,
    setHeader: (name, value) => context.responseHeader.set(name, value),
    address: context.values.get(address),
    deadline: timeout === undefined ? undefined : now() + timeout,
    aborted: () => context.signal.aborted,
    signal: context.signal,
  };
}
