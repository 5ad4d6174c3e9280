// The record of a request and its answer, for telemetry.
import type { HttpRequest, Operation } from "../types.ts";

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

/** Starts the record of a request. */
export function startRecord(request: HttpRequest, id: string, address: string): RequestRecord {
  const record = new RequestRecord(id, address);
  records.set(request, record);
  return record;
}
