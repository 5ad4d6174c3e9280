// A request and its answer as one thing that is told of when it is over. It owns the request's id
// and what is noted on the way, and must not know who hears of it.
import type { HttpRequest } from "./request.ts";
import { send, type HttpResponse } from "./send.ts";
import type { Handler } from "../transcoding/transcoder.ts";

/**
 * What was asked for. There are only so many, made at start: whoever counts can keep something for
 * each.
 */
export interface Operation {
  readonly protocol: "grpc" | "grpc-web" | "connect" | "http" | "page";
  /** `package.Service/Method`; empty when none is called, `unknown` when there is none. */
  readonly method: string;
  /**
   * The verb and the template of the path; empty when a method is called by its own name, `unknown`
   * when there is none.
   */
  readonly route: string;
}

const UNKNOWN: Operation = { protocol: "http", method: "", route: "unknown" };

/** One request and its answer. Nothing that a client chooses is in it but its address. */
export class RequestRecord {
  readonly id: string;
  readonly address: string;
  operation: Operation = UNKNOWN;
  /** Why it failed; empty when it didn't. */
  reason = "";
  /** Who called. */
  caller = "anonymous";
  /** The HTTP status of the answer; 0 when the client went before there was one. */
  status = 0;
  durationMs = 0;

  constructor(id: string, address: string) {
    this.id = id;
    this.address = address;
  }
}

const records = new WeakMap<HttpRequest, RequestRecord>();

/** The exchange that a request began; one that nobody hears of, where nobody observes. */
export const requestRecordOf = (request: HttpRequest): RequestRecord =>
  records.get(request) ?? new RequestRecord("", "");

/** What a front gets and whom it tells. */
export interface RecorderOptions {
  readonly newId: () => string;
  /** Milliseconds since some time. */
  readonly ticks: () => number;
  readonly addressOf: (request: HttpRequest) => string;
  /** Whether a request's own `x-request-id` is taken, because a proxy of ours has set it. */
  readonly trusts: (request: HttpRequest) => boolean;
  /** Does the work in whatever surroundings it needs. */
  readonly within?: (record: RequestRecord, request: HttpRequest, work: () => unknown) => unknown;
  /** Hears of every exchange, once, when it is over. */
  readonly ended: (record: RequestRecord) => void;
  /** Hears of what a handler has thrown although handlers never do. */
  readonly onFault: (error: unknown, record: RequestRecord) => void;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Stands before every answer, refusals of the connection itself included. */
export function createRecorder({
  newId,
  ticks,
  addressOf,
  trusts,
  within = (_, __, work) => work(),
  ended,
  onFault,
}: RecorderOptions): (handler: Handler) => Handler {
  const idOf = (request: HttpRequest): string => {
    const given = trusts(request) ? request.headers["x-request-id"] : undefined;
    return typeof given === "string" && REQUEST_ID.test(given) ? given : newId();
  };
  return (handler) => (request, response) => {
    const startedAt = ticks();
    const record = new RequestRecord(idOf(request), addressOf(request));
    records.set(request, record);
    response.setHeader("x-request-id", record.id);
    response.once("close", () => {
      record.status = response.headersSent ? response.statusCode : 0;
      record.durationMs = ticks() - startedAt;
      if (record.status === 0) record.reason = "CANCELLED";
      ended(record);
    });
    const fail = (error: unknown): void => {
      record.reason = "INTERNAL";
      onFault(error, record);
      refuse(request, response, record);
    };
    try {
      const working = within(record, request, () => handler(request, response));
      if (working instanceof Promise) return working.catch(fail);
    } catch (error) {
      fail(error);
    }
    return undefined;
  };
}

/**
 * The last resort: the client hears at least that it need not wait; whatever can't be sent ends the
 * connection.
 */
function refuse(request: HttpRequest, response: HttpResponse, { id }: RequestRecord): void {
  if (response.headersSent) return void response.destroy();
  try {
    // What the handler has set may be why it failed.
    for (const name of response.getHeaderNames())
      if (name !== "x-request-id") response.removeHeader(name);
    send(
      request,
      response,
      {
        status: 500,
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: `Something went wrong on our side; the request is ${id}.\n`,
      },
      {},
    );
  } catch {
    response.destroy();
  }
}
