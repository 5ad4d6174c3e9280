// What gRPC, gRPC-Web and Connect have in common for a unary call.
import type { ConnectError } from "@connectrpc/connect";
import type { HttpRequest, HttpResponse } from "../types.ts";

/** How one protocol carries a message, an answer and an error. */
export interface UnaryProtocol {
  /** How the message is written. */
  readonly codec: "proto" | "json";
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
