import type { ConnectError } from "@connectrpc/connect";
import type { HttpRequest, HttpResponse } from "../types.ts";

/** How a message is encoded. */
export type Codec = "proto" | "json";

/** How a protocol carries the message, the answer and the error of a unary call. */
export interface UnaryProtocol {
  readonly codec: Codec;
  /** Reads the bytes of the message. */
  read(request: HttpRequest, limit: number): Promise<Uint8Array>;
  succeed(
    request: HttpRequest,
    response: HttpResponse,
    headers: Readonly<Record<string, string>>,
    message: Uint8Array,
  ): void;
  fail(
    request: HttpRequest,
    response: HttpResponse,
    headers: Readonly<Record<string, string>>,
    error: ConnectError,
  ): void;
}
