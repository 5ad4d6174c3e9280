import { gunzipSync } from "node:zlib";
import type { ConnectError } from "@connectrpc/connect";
import { failure, malformed } from "../errors.ts";
import { CONNECTION_LIMITS } from "../server/limits.ts";
import { StreamRequest } from "../server/direct/stream-request.ts";
import type { HttpRequest } from "../types.ts";

/**
 * How much beyond the limit is read and thrown away over HTTP/1.1, so that a client that sends a
 * little too much can still read the error. Over HTTP/2 the client reads it beside its body, and
 * what the window lets it send meanwhile is as much.
 */
const DISCARDED = 64 * 1024;

/** How long a body may take, and what is called when it takes longer. */
export interface BodyLimit {
  readonly bodyMs: number;
  readonly onLate: () => void;
}

/** The limits of bodies over HTTP/2. Unlike node:http, node:http2 has no requestTimeout. */
const times = new WeakMap<HttpRequest, BodyLimit>();

/** Limits how long the body of a request over HTTP/2 may take, from when it is read. */
export const limitBody = (request: HttpRequest, limit: BodyLimit): void =>
  void times.set(request, limit);

/** The bodies that were read before the step that answers, as they came. */
const kept = new WeakMap<HttpRequest, Buffer>();

/** Reads a body as it came, and keeps it for the steps after this one. */
export async function readAndKeep(request: HttpRequest, limit: number): Promise<Buffer> {
  const bytes = hasBody(request) ? await collect(request, limit) : Buffer.alloc(0);
  keepBody(request, bytes);
  return bytes;
}

/** Gives a request its body as it came; no step reads it from the connection then. */
export const keepBody = (request: HttpRequest, bytes: Buffer): void =>
  void kept.set(request, bytes);

/** The content codings that are decoded; RFC 9110 section 8.4.1.3 makes the second equal. */
const GZIP: ReadonlySet<string> = new Set(["gzip", "x-gzip"]);

/** Whether a request has a body. */
export function hasBody(request: HttpRequest): boolean {
  if ("stream" in request) return !request.stream.endAfterHeaders;
  const { headers } = request;
  return headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0";
}

/**
 * Reads a body and decompresses it. Rejects with BODY_TOO_LARGE when it is longer than `limit`,
 * before or after.
 */
export function readBody(request: HttpRequest, limit: number): Promise<Buffer> {
  const coding = request.headers["content-encoding"]?.trim().toLowerCase();
  if (coding === undefined || coding === "" || coding === "identity")
    return collect(request, limit);
  return collect(request, limit).then((bytes) => decompress(bytes, coding, limit));
}

/** Whether reading a body takes no time. */
const hasArrived = (request: HttpRequest): boolean =>
  request instanceof StreamRequest && request.hasArrived;

/** Reads a body without decompressing it. */
export function collect(request: HttpRequest, limit: number): Promise<Buffer> {
  const known = kept.get(request);
  if (known !== undefined) return Promise.resolve(known);
  return new Promise((resolve, reject) => {
    const most = "stream" in request ? limit : limit + DISCARDED;
    if (Number(request.headers["content-length"] ?? 0) > most) return reject(tooLarge(limit));
    const chunks: Buffer[] = [];
    let length = 0;
    let settled = false;
    const settle = (error: ConnectError | undefined): void => {
      clearTimeout(timer);
      settled = true;
      if (error) reject(error);
      else resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer): void => {
      // What comes after an error is thrown away.
      if (settled) return;
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else if (length > most) {
        request.pause();
        settle(tooLarge(limit));
      }
    };
    const onEnd = (): void => settle(length > limit ? tooLarge(limit) : undefined);
    const onClose = (): void => {
      if (!settled) settle(malformed("the body ended too early"));
    };
    const time = times.get(request);
    const timer =
      "stream" in request && !hasArrived(request)
        ? setTimeout(() => {
            time?.onLate();
            settle(failure("REQUEST_TIMEOUT", "the body took too long"));
          }, time?.bodyMs ?? CONNECTION_LIMITS.bodyMs)
        : undefined;
    request.on("data", onData).on("end", onEnd).on("close", onClose);
  });
}

/**
 * Decompresses on the main thread. Bodies are small, so that costs less than the thread pool, and
 * 50 at a time need the memory of one.
 */
function decompress(bytes: Buffer, coding: string, limit: number): Buffer {
  if (!GZIP.has(coding))
    throw failure(
      "MEDIA_TYPE_UNSUPPORTED",
      "send the body without `content-encoding`, or with gzip",
    );
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(limit);
    throw malformed("the body cannot be decompressed");
  }
}

const tooLarge = (limit: number): ConnectError =>
  failure("BODY_TOO_LARGE", `the body is larger than ${limit} bytes`);
