// A call as it came over HTTP. It owns what a service may see of the request, and must not know how
// the answer is written.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { RequestRecord } from "../server/request-record.ts";

/** A call as it came over HTTP. */
export interface Invocation {
  readonly method: DescMethod;
  readonly message: Message;
  /** The request and its answer. */
  readonly record: RequestRecord;
  /** A header of the request, by its lower-case name. */
  header(name: string): string | undefined;
  /** Adds a header to the answer, be it a success or a failure. */
  setHeader(name: string, value: string): void;
  /** The client's address. */
  readonly address: string;
  /** When the client stops waiting, in milliseconds since 1970, if it said so. */
  readonly deadline: number | undefined;
  /** Whether the client has gone away. */
  aborted(): boolean;
}
