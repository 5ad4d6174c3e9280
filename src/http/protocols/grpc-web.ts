// gRPC-Web for unary calls. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-WEB.md
import { trailerFlag, trailerSerialize } from "@connectrpc/connect/protocol-grpc-web";
import { collect } from "../body/body.ts";
import { malformed } from "../errors.ts";
import { send } from "../server/send.ts";
import type { Answer, HttpRequest } from "../types.ts";
import { frame, PREFIX_BYTES, readEncoding, trailersOf, unframe } from "./frames.ts";
import type { Codec, UnaryProtocol } from "./protocol.ts";

/** A client may flush between the parts of a frame, so a body has few base64 segments. */
const MAX_SEGMENTS = 64;

/**
 * Makes the protocol for a codec. The status is in a last frame. With `isText` the body is base64,
 * for browsers that can't read bytes.
 */
export function grpcWeb(codec: Codec, isText: boolean): UnaryProtocol {
  const type = {
    "content-type": `application/grpc-web${isText ? "-text" : ""}+${codec}`,
    "grpc-accept-encoding": "gzip",
  };
  const answer = (trailers: Headers, message?: Uint8Array): Answer => {
    const last = frame(trailerFlag, trailerSerialize(trailers));
    const body = message === undefined ? last : Buffer.concat([frame(0, message), last]);
    return { status: 200, headers: type, body: isText ? body.toString("base64") : body };
  };
  return {
    codec,
    read: (request, limit) => read(request, limit, isText),
    succeed: (request, response, headers, message) =>
      send(request, response, answer(new Headers({ "grpc-status": "0" }), message), headers),
    fail: (request, response, headers, error) =>
      send(request, response, answer(trailersOf(error)), headers),
  };
}

async function read(request: HttpRequest, limit: number, isText: boolean): Promise<Uint8Array> {
  const encoding = readEncoding(request);
  const most = limit + PREFIX_BYTES;
  const body = await collect(request, isText ? Math.ceil(most / 3) * 4 + 4 : most);
  return unframe(isText ? decodeSegments(body.toString("latin1")) : body, encoding, limit);
}

/** Decodes base64 in one or several segments, each with its own padding. */
function decodeSegments(text: string): Buffer {
  if (!/^[\w+/=-]*$/.test(text)) throw malformed("the body is not base64");
  const segments = text.split(/=+/, MAX_SEGMENTS + 1);
  if (segments.length > MAX_SEGMENTS) throw malformed("the body has too many base64 segments");
  return Buffer.concat(segments.map((segment) => Buffer.from(segment, "base64")));
}
