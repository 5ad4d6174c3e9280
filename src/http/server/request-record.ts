// The record of a request and its answer, for telemetry.
import type { HttpRequest, Operation } from "../types.ts";

const UNKNOWN: Operation = { protocol: "http", method: "", route: "unknown" };

/** One request and its answer. Only the address and a trusted id come from outside. */
export class RequestRecord {
  readonly id: string;
  readonly address: string;
  operation: Operation = UNKNOWN;
  /** The reason of the failure; empty for a success. */
  reason = "";
  /** The authenticated caller. */
  caller = "anonymous";
  /** The HTTP status of the answer; 0 when the client went away before it. */
  status = 0;
  durationMs = 0;

  constructor(id: string, address: string) {
    this.id = id;
    this.address = address;
  }
}

const records = new WeakMap<HttpRequest, RequestRecord>();

/** Returns the record of a request; a throw-away record when telemetry is off. */
export const requestRecordOf = (request: HttpRequest): RequestRecord =>
  records.get(request) ?? new RequestRecord("", "");

/** Starts the record of a request. */
export function startRecord(request: HttpRequest, id: string, address: string): RequestRecord {
  const record = new RequestRecord(id, address);
  records.set(request, record);
  return record;
}
