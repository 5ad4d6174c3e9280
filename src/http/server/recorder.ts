// Keeps the record of every request, and answers where a handler fails.
import { RequestRecord, startRecord } from "./request-record.ts";
import { setEarly } from "./headers.ts";
import { send } from "./send.ts";
import type { Handler, HttpRequest, HttpResponse } from "../types.ts";

/** What a recorder needs, and who receives its records. */
export interface RecorderOptions {
  readonly newId: () => string;
  /** Milliseconds of a monotonic clock. */
  readonly ticks: () => number;
  readonly addressOf: (request: HttpRequest) => string;
  /** Whether the `x-request-id` of a request is kept, because a trusted proxy has set it. */
  readonly trusts: (request: HttpRequest) => boolean;
  /** Runs the handler, for example in a context of tracing. */
  readonly within?: (record: RequestRecord, request: HttpRequest, work: () => unknown) => unknown;
  /** Receives every record once, when its answer has ended. */
  readonly ended: (record: RequestRecord) => void;
  /** Receives what a handler has thrown, although handlers must never throw. */
  readonly onFault: (error: unknown, record: RequestRecord) => void;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Wraps every handler, also the refusals of the connection itself. */
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
    const record = startRecord(
      request,
      new RequestRecord(idOf(request), addressOf(request), startedAt),
    );
    setEarly(response, "x-request-id", record.id);
    response.on("close", () => {
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

/** Answers 500 after an unexpected error. When even that can't be sent, ends the connection. */
function refuse(request: HttpRequest, response: HttpResponse, { id }: RequestRecord): void {
  if (response.headersSent) return void response.destroy();
  try {
    // A header that the handler has set may be the cause.
    for (const name of response.getHeaderNames())
      if (!/^(?:x-request-id|vary|access-control-.*)$/.test(name)) response.removeHeader(name);
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
