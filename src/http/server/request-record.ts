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
  /** When it came, by the recorder's clock; undefined without a recorder. */
  readonly arrivedAt: number | undefined;
  /** How much of its call's time was used before the call began, in milliseconds. */
  usedMs = 0;

  constructor(id: string, address: string, arrivedAt?: number) {
    this.id = id;
    this.address = address;
    this.arrivedAt = arrivedAt;
  }
}

/** The key of a request's record. A WeakMap would cost more than a record. */
const RECORD = Symbol("record");
type Recorded = HttpRequest & { [RECORD]?: RequestRecord };

/** Returns the record of a request; a throw-away record when telemetry is off. */
export const requestRecordOf = (request: Recorded): RequestRecord =>
  request[RECORD] ?? new RequestRecord("", "");

/** Starts the record of a request. */
export const startRecord = (request: Recorded, record: RequestRecord): RequestRecord =>
  (request[RECORD] = record);
