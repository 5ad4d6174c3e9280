// Keeps the record of every request, and answers where a handler fails.
import { type RequestRecord, startRecord } from "./request-record.ts";
import { send } from "./send.ts";
import type { Handler, HttpRequest, HttpResponse } from "../types.ts";

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
    const record = startRecord(request, idOf(request), addressOf(request));
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
