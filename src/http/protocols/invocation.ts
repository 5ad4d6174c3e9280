import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { RequestRecord } from "../server/request-record.ts";
import type { HttpRequest } from "../types.ts";

/** A unary call as it came over HTTP, the same for every protocol. */
export interface Invocation {
  readonly method: DescMethod;
  readonly message: Message;
  /** The method of HTTP, and the raw path. */
  readonly verb: string;
  readonly path: string;
  /** The record of the request, for telemetry. */
  readonly record: RequestRecord;
  /** Returns a header of the request, by its lower-case name. */
  header(name: string): string | undefined;
  /** Adds a header to the answer, whether the call succeeds or fails. */
  setHeader(name: string, value: string): void;
  /** The client's address. */
  readonly address: string;
  /** When the client stops waiting, in milliseconds of `now`; undefined when it didn't say. */
  readonly deadline: number | undefined;
  /** Whether the client has gone away. */
  aborted(): boolean;
}

/** Makes the call; rejects with a ConnectError, best with a google.rpc.ErrorInfo. */
export type Invoke = (invocation: Invocation) => Promise<Message>;

/**
 * Decides on a call before its body is read. Returns the error of a call that is refused; its
 * answer is cached when the error is the same object each time.
 */
export type Refuse = (method: DescMethod, request: HttpRequest) => ConnectError | undefined;
