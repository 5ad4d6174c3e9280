// Spans for OpenTelemetry: one for each request, and in it one for each password hash and each
// transaction. No name and no attribute has a value that a client can write. `open-traces.ts` loads
// this file only if the settings ask for spans.
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import { ExportResultCode, W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, type SpanExporter, TracerProvider } from "@opentelemetry/sdk-trace";
import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as delay } from "node:timers/promises";
import type { Instrumentation } from "../domain/instrumentation.ts";
import type { RequestRecord } from "../http/server/request-record.ts";
import { isRoutine } from "./requests.ts";
import type { Operation, HttpRequest } from "../http/types.ts";

/** How long the process waits for its last spans. */
const FLUSH_MS = 2_000;

/**
 * The HTTP methods that a span may name; the others become `_OTHER` (semantic conventions for HTTP,
 * `http.request.method`).
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

/** The `rpc.system` of the protocols that call a method by its name. */
const RPC_SYSTEMS: { readonly [Protocol in Operation["protocol"]]?: string } = {
  grpc: "grpc",
  "grpc-web": "grpc",
  connect: "connect_rpc",
};

/** Failures of the server. The others are the caller's, which are no errors of a server's span. */
const FAULTS: ReadonlySet<string> = new Set(["INTERNAL", "STORE_UNAVAILABLE", "DEADLINE_EXCEEDED"]);

const propagator = new W3CTraceContextPropagator();

/**
 * Reads `traceparent` only. `tracestate` would be in the exported spans, which must contain nothing
 * that a client can write.
 */
const traceparentOnly: TextMapGetter<HttpRequest["headers"]> = {
  keys: () => ["traceparent"],
  get: (headers, key) => (key === "traceparent" ? headers[key] : undefined),
};

/** Returns the context of the caller's span, or the root context without a valid one. */
export const parentContext = (headers: HttpRequest["headers"]): Context =>
  propagator.extract(ROOT_CONTEXT, headers, traceparentOnly);

export interface TracesOptions {
  /**
   * The value of OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`. The exporter itself reads
   * OTEL_EXPORTER_OTLP_HEADERS and the like.
   */
  readonly endpoint: string;
  readonly version: string;
  /** Receives the number of spans that could not be delivered. */
  readonly onLost: (spans: number, error: Error | undefined) => void;
}

/** The spans of one process. */
export class Traces {
  readonly #provider: TracerProvider;
  readonly #tracer: ReturnType<TracerProvider["getTracer"]>;
  readonly #current = new AsyncLocalStorage<Span>();
  readonly #spans = new WeakMap<RequestRecord, { readonly span: Span; readonly verb: string }>();

  constructor({ endpoint, version, onLost }: TracesOptions) {
    const exporter = reportLoss(
      new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, "")}/v1/traces` }),
      onLost,
    );
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({ "service.name": "latchkey", "service.version": version }),
      spanProcessors: [new BatchSpanProcessor({ exporter })],
    });
    this.#tracer = this.#provider.getTracer("latchkey", version);
  }

  /** Runs the work of a request in a span. */
  readonly within = (record: RequestRecord, request: HttpRequest, work: () => unknown): unknown => {
    const verb = VERBS.has(request.method ?? "") ? request.method! : "_OTHER";
    const span = this.#tracer.startSpan(
      verb,
      { kind: SpanKind.SERVER, attributes: { "http.request.method": verb } },
      parentContext(request.headers),
    );
    this.#spans.set(record, { span, verb });
    return this.#current.run(span, work);
  };

  /** Ends the span of a finished request and returns the id of its trace. Drops those of probes. */
  readonly ended = (record: RequestRecord): string | undefined => {
    const started = this.#spans.get(record);
    if (started === undefined) return undefined;
    const { span, verb } = started;
    const { operation, status, reason } = record;
    span.updateName(nameOf(operation, verb)).setAttributes(attributesOf(record));
    if (status >= 500 || FAULTS.has(reason)) span.setStatus({ code: SpanStatusCode.ERROR });
    if (!isRoutine(operation)) span.end();
    return span.spanContext().traceId;
  };

  /** Adds a span for each password hash and each transaction of a request. */
  instrument(instrumentation: Instrumentation): Instrumentation {
    return {
      ...instrumentation,
      hash: (work) => this.#part("password hash", () => instrumentation.hash(work)),
      transaction: (work) =>
        this.#part("store transaction", () => instrumentation.transaction(work)),
    };
  }

  /** Sends the waiting spans and ends, after `FLUSH_MS` at the latest. */
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

/** Names a span by the route, else by the method's name, else by the HTTP method. */
const nameOf = ({ method, route }: Operation, verb: string): string =>
  [route, method].find(isKnown) ?? verb;

/** Returns the attributes by OpenTelemetry's semantic conventions for HTTP and RPC. */
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

/** Wraps an exporter, so that `onLost` receives what it could not deliver. */
const reportLoss = (exporter: SpanExporter, onLost: TracesOptions["onLost"]): SpanExporter => ({
  export: (spans, done) =>
    exporter.export(spans, (result) => {
      if (result.code !== ExportResultCode.SUCCESS) onLost(spans.length, result.error);
      done(result);
    }),
  shutdown: () => exporter.shutdown(),
  forceFlush: async () => exporter.forceFlush?.(),
});
