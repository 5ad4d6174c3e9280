// The bytes of a request's body. It owns their limit, their time and their compression, and must
// not know what they mean.
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import type { ConnectError } from "@connectrpc/connect";
import { isBrotliBomb } from "./brotli.ts";
import { failure, malformed } from "../errors.ts";
import { CONNECTION_LIMITS } from "../server/limits.ts";
import type { HttpRequest } from "../types.ts";

/**
 * So much more than the limit is read and thrown away, so that a sender of a little too much hears
 * why.
 */
const DISCARDED = 64 * 1024;

/**
 * A body must be there after this time; node:http's requestTimeout says the same, node:http2 has
 * none.
 */
const times = new WeakMap<HttpRequest, number>();

/** Gives the body of a request over HTTP/2 so much time, from when it is read. */
export const limitBody = (request: HttpRequest, milliseconds: number): void =>
  void times.set(request, milliseconds);

const DECODERS = {
  gzip: gunzipSync,
  "x-gzip": gunzipSync,
  br: brotliDecompressSync,
  deflate: inflateSync,
};

/** Whether a request has a body. */
export function hasBody(request: HttpRequest): boolean {
  if ("stream" in request) return !request.stream.endAfterHeaders;
  const { headers } = request;
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/**
 * Reads a body and undoes its compression; rejects with BODY_TOO_LARGE beyond `limit` bytes, before
 * or after.
 */
export function readBody(request: HttpRequest, limit: number): Promise<Buffer> {
  const coding = request.headers["content-encoding"]?.trim().toLowerCase();
  if (coding === undefined || coding === "" || coding === "identity")
    return collect(request, limit);
  return collect(request, limit).then((bytes) => decompress(bytes, coding, limit));
}

/** Reads a body as it came. */
export function collect(request: HttpRequest, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit + DISCARDED)
      return reject(tooLarge(limit));
    const chunks: Buffer[] = [];
    let length = 0;
    const settle = (error: ConnectError | undefined): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("close", onClose);
      if (error) reject(error);
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else if (length > limit + DISCARDED) {
        request.pause();
        settle(tooLarge(limit));
      }
    };
    const onEnd = (): void => settle(length > limit ? tooLarge(limit) : undefined);
    const onClose = (): void => settle(malformed("the body ended too early"));
    const timer =
      "stream" in request
        ? setTimeout(
            () => settle(failure("REQUEST_TIMEOUT", "the body took too long")),
            times.get(request) ?? CONNECTION_LIMITS.bodyMs,
          )
        : undefined;
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/**
 * Bodies are small, so that doing it at once costs less than a trip through the thread pool, and 50
 * at a time need the memory of one.
 */
function decompress(bytes: Buffer, coding: string, limit: number): Buffer {
  const decode = Object.hasOwn(DECODERS, coding)
    ? DECODERS[coding as keyof typeof DECODERS]
    : undefined;
  if (decode === undefined)
    throw failure(
      "MEDIA_TYPE_UNSUPPORTED",
      "send the body without `content-encoding`, or with gzip, br or deflate",
    );
  if (coding === "br" && isBrotliBomb(bytes, limit)) throw tooLarge(limit);
  try {
    return decode(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed("the body cannot be decompressed");
  }
}

const tooLarge = (limit: number): ConnectError =>
  failure("BODY_TOO_LARGE", `the body is larger than ${limit} bytes`);
