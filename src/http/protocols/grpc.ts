// gRPC and gRPC-Web for unary calls. It owns their frames, their trailers and their compression,
// and must not know what a message says.
// https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md and PROTOCOL-WEB.md
import type { ServerResponse } from "node:http";
import { gunzipSync } from "node:zlib";
import type { ConnectError } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { collect } from "../body/body.ts";
import { requestRecordOf } from "../server/request-record.ts";
import { failure, malformed } from "../errors.ts";
import { leaveRest, send } from "../server/send.ts";
import { holdAnswer } from "../server/unread.ts";
import type { HttpRequest, Answer, HttpResponse } from "../types.ts";
import type { UnaryProtocol } from "./protocol.ts";

/** A flag byte and the length, before every message. */
const PREFIX_BYTES = 5;
const COMPRESSED = 1;

/** One frame: the flags, the length, the bytes. */
function frame(flags: number, bytes: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length);
  out[0] = flags;
  out.writeUInt32BE(bytes.length, 1);
  out.set(bytes, PREFIX_BYTES);
  return out;
}

/** The one message of a unary request. */
function unframe(body: Buffer, encoding: string | undefined, limit: number): Uint8Array {
  if (body.length < PREFIX_BYTES) throw malformed("the call has no message");
  const flags = body[0]!;
  const length = body.readUInt32BE(1);
  if (length > limit) throw failure("BODY_TOO_LARGE", `the message is larger than ${limit} bytes`);
  if (body.length !== PREFIX_BYTES + length)
    throw malformed("a unary call has one message, of the length that it says");
  const bytes = body.subarray(PREFIX_BYTES);
  if (flags === 0) return bytes;
  if (flags !== COMPRESSED) throw malformed("the message has unknown flags");
  if (encoding === undefined || encoding === "identity")
    throw malformed("the message is compressed, and grpc-encoding doesn't say how");
  return gunzip(bytes, limit);
}

function gunzip(bytes: Uint8Array, limit: number): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: limit });
  } catch (error) {
    if (error instanceof RangeError)
      throw failure("BODY_TOO_LARGE", `the message is larger than ${limit} bytes`);
    throw malformed("the message can't be decompressed");
  }
}

async function read(request: HttpRequest, limit: number, text: boolean): Promise<Uint8Array> {
  const encoding = readEncoding(request);
  const most = limit + PREFIX_BYTES;
  const body = await collect(request, text ? Math.ceil(most / 3) * 4 + 4 : most);
  return unframe(text ? decodeSegments(body.toString("latin1")) : body, encoding, limit);
}

/** A client flushes now and then, at most once for each part of a frame. */
const MAX_SEGMENTS = 64;

/** Base64 in one or several pieces, each with its own padding. */
function decodeSegments(text: string): Buffer {
  if (!/^[\w+/=-]*$/.test(text)) throw malformed("the body is not base64");
  const segments = text.split(/=+/, MAX_SEGMENTS + 1);
  if (segments.length > MAX_SEGMENTS) throw malformed("the body is in too many pieces");
  return Buffer.concat(segments.map((segment) => Buffer.from(segment, "base64")));
}

function readEncoding({ headers }: HttpRequest): string | undefined {
  const encoding = headers["grpc-encoding"];
  if (encoding === undefined || encoding === "identity" || encoding === "gzip") return encoding;
  throw failure("ENCODING_UNSUPPORTED", "send messages as they are, or with gzip");
}

/** What escapes no text but what it has to: clients such as grpc-js don't decode more. */
const percentEncode = (text: string): string =>
  text.replace(/[^\x20-\x24\x26-\x7e]+/g, encodeURIComponent);

function statusOf(error: ConnectError): Headers {
  const trailers = setTrailerStatus(new Headers(), error);
  trailers.set("grpc-message", percentEncode(error.rawMessage));
  return trailers;
}

/**
 * Refuses gRPC where an answer can have no trailers: before HTTP/1.1 there are none, and node's
 * parser lets versions pass that there never were. Answers whether it has.
 */
export function refuseTrailerless(request: HttpRequest, response: HttpResponse): boolean {
  if (
    "stream" in request ||
    request.httpVersion === "1.1" ||
    !GRPC.test(request.headers["content-type"] ?? "")
  )
    return false;
  requestRecordOf(request).reason = "UNIMPLEMENTED";
  // RFC 9110 section 15.6.6. A client of gRPC behind a proxy is told the status, its operator the
  // text.
  send(
    request,
    response,
    {
      status: 505,
      headers: { "content-type": "text/plain; charset=utf-8", connection: "close" },
      body: NEEDS_HTTP2,
    },
    {},
  );
  return true;
}

const GRPC = /^application\/grpc(?![\w-])/i;
const NEEDS_HTTP2 =
  "gRPC needs HTTP/2: a proxy in front has to speak it to this server, as nginx does with grpc_pass.\n";

/** gRPC, whose status is in the trailers, after the message if there is one. */
export function grpc(codec: "proto" | "json"): UnaryProtocol {
  const type = {
    "content-type": `application/grpc+${codec}`,
    "grpc-accept-encoding": "gzip",
    trailer: "grpc-status",
  };
  const answer = (
    request: HttpRequest,
    response: HttpResponse,
    more: Readonly<Record<string, string>>,
    trailers: Readonly<Record<string, string>>,
    message?: Uint8Array,
  ): void => {
    const headers = { ...more, ...type };
    leaveRest(request, response, headers);
    // The two types have these methods in common, but their overloads not.
    const either = response as ServerResponse;
    either.writeHead(200, headers);
    holdAnswer(response, message?.length ?? 0);
    if (message !== undefined) either.write(frame(0, message));
    either.addTrailers(trailers);
    either.end();
  };
  return {
    codec,
    read: (request, limit) => read(request, limit, false),
    succeed: (request, response, headers, message) =>
      answer(request, response, headers, { "grpc-status": "0" }, message),
    fail: (request, response, headers, error) =>
      answer(request, response, headers, Object.fromEntries(statusOf(error))),
  };
}

/**
 * gRPC-Web, whose status is in a last frame; `text` is base64, for browsers that can't read bytes.
 */
export function grpcWeb(codec: "proto" | "json", text: boolean): UnaryProtocol {
  const type = {
    "content-type": `application/grpc-web${text ? "-text" : ""}+${codec}`,
    "grpc-accept-encoding": "gzip",
  };
  const answer = (trailers: Headers, message?: Uint8Array): Answer => {
    const last = frame(trailerFlag, trailerSerialize(trailers));
    const body = message === undefined ? last : Buffer.concat([frame(0, message), last]);
    return { status: 200, headers: type, body: text ? body.toString("base64") : body };
  };
  return {
    codec,
    read: (request, limit) => read(request, limit, text),
    succeed: (request, response, headers, message) =>
      send(request, response, answer(new Headers({ "grpc-status": "0" }), message), headers),
    fail: (request, response, headers, error) =>
      send(request, response, answer(statusOf(error)), headers),
  };
}
