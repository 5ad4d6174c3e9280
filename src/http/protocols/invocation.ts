// A call as it came over HTTP. It owns what a service may see of the request, and must not know how
// the answer is written.
import type { DescMethod, Message } from "@bufbuild/protobuf";
import type { ConnectError } from "@connectrpc/connect";
import type { RequestRecord } from "../server/request-record.ts";
import type { HttpRequest } from "../types.ts";

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

/** Makes the call; throws a ConnectError, best with a google.rpc.ErrorInfo that says why. */
export type Invoke = (invocation: Invocation) => Promise<Message>;

/**
 * Looks at a call before its body is read; an answer is why the call fails, best one and the same
 * for all.
 */
export type Refuse = (method: DescMethod, request: HttpRequest) => ConnectError | undefined;
