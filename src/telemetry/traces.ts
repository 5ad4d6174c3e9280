// Spans for OpenTelemetry: one for each request, and inside it one for each password and each
// transaction. It owns their names and attributes, none of which a client can write, and must not
// know what answers. Loaded only where spans are wanted.
import {
  type Attributes,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type SpanContext,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  BatchSpanProcessor,
  type SpanExporter,
  TracerProvider,
  type TracerProviderOptions,
} from "@opentelemetry/sdk-trace";
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Instrumentation } from "../domain/instrumentation.ts";
import type { RequestRecord } from "../http/server/request-record.ts";
import { isRoutine } from "./requests.ts";
import type { Operation, HttpRequest } from "../http/types.ts";

/** How long the last spans may take at the end. */
const FLUSH_MS = 2_000;

/**
 * The verbs that a span may name, of which there must be only so many: semantic conventions for
 * HTTP, `http.request.method`.
 */
const VERBS: ReadonlySet<string> = new Set([
  "CONNECT",
  "DELETE",
  "GET",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
  "TRACE",
]);

/** `rpc.system` of each protocol in which a method is called by its own name. */
const RPC_SYSTEMS: { readonly [Protocol in Operation["protocol"]]?: string } = {
  grpc: "grpc",
  "grpc-web": "grpc",
  connect: "connect_rpc",
};

/** Failures of ours; all others are a caller's, which are no errors of a server's span. */
const FAULTS: ReadonlySet<string> = new Set(["INTERNAL", "STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"]);

/**
 * W3C Trace Context section 3.2: version, trace, parent, flags; a version after 00 may have more
 * behind them.
 */
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * What a caller says that the request is a part of; nothing when it can't be read, as the
 * specification has it.
 */
export function readParent(header: unknown): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(String(header)) ?? [];
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  const parent = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(parent) ? parent : undefined;
}

/** Where spans go, and who hears of those that don't arrive. */
export interface TracesOptions {
  /**
   * As OTEL_EXPORTER_OTLP_ENDPOINT has it: `/v1/traces` comes after it. The exporter itself reads
   * OTEL_EXPORTER_OTLP_HEADERS and the like.
   */
  readonly endpoint: string;
  readonly version: string;
  readonly onLost: (spans: number, error: Error | undefined) => void;
}

/** The spans of one process. */
export class Traces {
  readonly #provider: TracerProvider;
  readonly #tracer: ReturnType<TracerProvider["getTracer"]>;
  readonly #current = new AsyncLocalStorage<Span>();
  readonly #spans = new WeakMap<RequestRecord, { readonly span: Span; readonly verb: string }>();

  constructor({ endpoint, version, onLost }: TracesOptions) {
    const exporter = telling(
      new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces` }),
      onLost,
    );
    this.#provider = new TracerProvider({
      resource: resourceOf({ "service.name": "latchkey", "service.version": version }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    this.#tracer = this.#provider.getTracer("latchkey", version);
  }

  /** Does the work of a request inside its span. */
  readonly within = (record: RequestRecord, request: HttpRequest, work: () => unknown): unknown => {
    const parent = readParent(request.headers["traceparent"]);
    const verb = VERBS.has(request.method ?? "") ? request.method! : "_OTHER";
    const context =
      parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.#tracer.startSpan(
      verb,
      { kind: SpanKind.SERVER, attributes: { "http.request.method": verb } },
      context,
    );
    this.#spans.set(record, { span, verb });
    return this.#current.run(span, work);
  };

  /**
   * Ends the span of a request that is over; answers the id of its trace. What load balancers ask
   * is not told.
   */
  readonly ended = (record: RequestRecord): string | undefined => {
    const known = this.#spans.get(record);
    if (known === undefined) return undefined;
    const { span, verb } = known;
    const { operation, status, reason } = record;
    span.updateName(nameOf(operation, verb)).setAttributes(attributesOf(record));
    if (status >= 500 || FAULTS.has(reason)) span.setStatus({ code: SpanStatusCode.ERROR });
    if (!isRoutine(operation)) span.end();
    return span.spanContext().traceId;
  };

  /**
   * The same meter, which makes a span of each password and each transaction of a request as well.
   */
  metering(instrumentation: Instrumentation): Instrumentation {
    return {
      ...instrumentation,
      hash: (work) => this.#part("password hash", () => instrumentation.hash(work)),
      transaction: (work) =>
        this.#part("store transaction", () => instrumentation.transaction(work)),
    };
  }

  /** Sends what there is, for a while, and ends. */
  async close(): Promise<void> {
    await Promise.race([this.#provider.shutdown(), delay(FLUSH_MS, undefined, { ref: false })]);
  }

  async #part<T>(name: string, work: () => Promise<T>): Promise<T> {
    const parent = this.#current.getStore();
    if (parent === undefined) return work();
    const span = this.#tracer.startSpan(name, {}, trace.setSpan(ROOT_CONTEXT, parent));
    try {
      return await this.#current.run(span, work);
    } catch (error) {
      span
        .setStatus({ code: SpanStatusCode.ERROR })
        .setAttribute("error.type", error instanceof Error ? error.name : typeof error);
      throw error;
    } finally {
      span.end();
    }
  }
}

const isKnown = (name: string): boolean => name !== "" && name !== "unknown";

/** The route as HTTP has it, else the method's name, else no more than the verb. */
const nameOf = ({ method, route }: Operation, verb: string): string =>
  [route, method].find(isKnown) ?? verb;

/** By OpenTelemetry's semantic conventions for HTTP and RPC; `error.type` is the reason. */
function attributesOf({
  id,
  operation: { protocol, method, route },
  status,
  reason,
}: RequestRecord): Attributes {
  const system = RPC_SYSTEMS[protocol];
  const slash = method.lastIndexOf("/");
  return {
    "latchkey.request.id": id,
    ...(isKnown(route) ? { "http.route": route.slice(route.indexOf(" ") + 1) } : {}),
    ...(system === undefined ? {} : { "rpc.system": system }),
    ...(isKnown(method)
      ? { "rpc.service": method.slice(0, slash), "rpc.method": method.slice(slash + 1) }
      : {}),
    ...(status === 0 ? {} : { "http.response.status_code": status }),
    ...(reason === "" ? {} : { "error.type": reason }),
  };
}

/** What all spans are of. */
function resourceOf(
  attributes: Readonly<Record<string, string>>,
): NonNullable<TracerProviderOptions["resource"]> {
  const resource = {
    attributes,
    merge: () => resource,
    getRawAttributes: (): [string, string][] => Object.entries(attributes),
  };
  return resource;
}

/** The same exporter, which tells of what it could not deliver. */
const telling = (exporter: SpanExporter, onLost: TracesOptions["onLost"]): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      // 0 is ExportResultCode.SUCCESS.
      if (result.code !== 0) onLost(spans.length, result.error);
      done(result);
    }),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => exporter.forceFlush?.(),
});
