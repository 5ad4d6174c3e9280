// The frames of gRPC and gRPC-Web: a flag byte, the length, the bytes of one message.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import { gunzipSync } from "node:zlib";
import type { ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { failure, malformed } from "../errors.ts";
import type { HttpRequest } from "../types.ts";

/** The bytes before every message. */
export const PREFIX_BYTES = 5;

const COMPRESSED = 1;

/** Writes one frame. */
export function frame(flags: number, bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length);
  out[0] = flags;
  out.writeUInt32BE(bytes.length, 1);
  out.set(bytes, PREFIX_BYTES);
  return out;
}

/** Reads the one message of a unary request. */
export function unframe(body: Buffer, encoding: string | undefined, limit: number): Uint8Array {
  if (body.length < PREFIX_BYTES) throw malformed("the call has no message");
  const flags = body[0]!;
  const length = body.readUInt32BE(1);
  if (length > limit) throw tooLarge(limit);
  if (body.length !== PREFIX_BYTES + length)
    throw malformed("a unary call has one message, of the length that its prefix says");
  const bytes = body.subarray(PREFIX_BYTES);
  if (flags === 0) return bytes;
  if (flags !== COMPRESSED) throw malformed("the message has unknown flags");
  if (encoding === undefined || encoding === "identity")
    throw malformed("the message is compressed, but grpc-encoding doesn't say how");
  return gunzip(bytes, limit);
}

/** Returns how messages are compressed; throws ENCODING_UNSUPPORTED for all but gzip. */
export function readEncoding({ headers }: HttpRequest): string | undefined {
  const encoding = headers["grpc-encoding"];
  if (encoding === undefined || encoding === "identity" || encoding === "gzip") return encoding;
  throw failure("ENCODING_UNSUPPORTED", "send messages uncompressed or with gzip");
}

/** Returns the trailers of a failed call. */
export function trailersOf(error: ConnectError): Headers {
  const trailers = setTrailerStatus(new Headers(), error);
  trailers.set("grpc-message", percentEncode(error.rawMessage));
  return trailers;
}

/** Escapes only what must be escaped: clients such as grpc-js don't decode more. */
const percentEncode = (text: string): string =>
  text.replace(/[^\x20-\x24\x26-\x7e]+/g, encodeURIComponent);

function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed("the message can't be decompressed");
  }
}

const tooLarge = (limit: number): ConnectError =>
  failure("BODY_TOO_LARGE", `the message is larger than ${limit} bytes`);
