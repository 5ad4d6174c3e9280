// Which RPC protocol a request speaks, by its method and its Content-Type.
import type { DescMethodUnary } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { isUtf8 } from "../body/body-type.ts";
import { parseParameterized } from "../body/media-type.ts";
import type { HttpRequest } from "../types.ts";
import { connectGet, connectPost } from "./connect.ts";
import { grpc } from "./grpc.ts";
import { grpcWeb } from "./grpc-web.ts";
import type { Codec, UnaryProtocol } from "./protocol.ts";

const FRAMED_TYPE = "(grpc|grpc-web|grpc-web-text)(?:\\+(proto|json))?";
const CONTENT_TYPE = new RegExp(
  `^application/(?:${FRAMED_TYPE}|(proto|json))(?:; *charset=utf-8)?$`,
  "i",
);

/** The protocols by the Content-Type as most clients write it. */
const USUAL: ReadonlyMap<string | undefined, UnaryProtocol> = new Map([
  ["application/grpc", grpc("proto")],
  ["application/grpc+proto", grpc("proto")],
  ["application/json", connectPost("json")],
  ["application/proto", connectPost("proto")],
]);

/** Whether a method has no effects, so that Connect's GET and HEAD may call it. */
export const isSafe = ({ idempotency }: DescMethodUnary): boolean =>
  idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;

/** Returns the protocol of a unary call; undefined when it is none of the three. */
export function protocolOf(
  request: HttpRequest,
  method: DescMethodUnary,
): UnaryProtocol | undefined {
  const usual = request.method === "POST" ? USUAL.get(request.headers["content-type"]) : undefined;
  if (usual !== undefined) return usual;
  if (request.method === "GET" || request.method === "HEAD") {
    return isSafe(method) ? connectGet(request) : undefined;
  }
  const type = typeOf(request);
  return type === null ? undefined : protocolOfType(type);
}

/** Returns the protocol of a call over gRPC or gRPC-Web. */
export function framedProtocolOf(request: HttpRequest): UnaryProtocol | undefined {
  const type = typeOf(request);
  return type?.[1] === undefined ? undefined : protocolOfType(type);
}

/** Whether a request is a call over gRPC or gRPC-Web, by its Content-Type. */
export const isFramedCall = (request: HttpRequest): boolean => typeOf(request)?.[1] !== undefined;

function typeOf({ method, headers }: HttpRequest): RegExpExecArray | null {
  const text = headers["content-type"];
  if (method !== "POST" || text === undefined) return null;
  return CONTENT_TYPE.exec(text) ?? (text.includes(";") ? typeWithParameters(text) : null);
}

/** Reads a type with parameters that are rare; none of them matters but the charset. */
function typeWithParameters(text: string): RegExpExecArray | null {
  const type = parseParameterized(text);
  return type !== undefined && isUtf8(type) ? CONTENT_TYPE.exec(type.value) : null;
}

function protocolOfType([, framed, framedCodec, bare]: RegExpExecArray): UnaryProtocol {
  const codec = (framedCodec ?? bare ?? "proto").toLowerCase() as Codec;
  switch (framed?.toLowerCase()) {
    case undefined:
      return connectPost(codec);
    case "grpc":
      return grpc(codec);
    default:
      return grpcWeb(codec, framed!.toLowerCase() === "grpc-web-text");
  }
}
