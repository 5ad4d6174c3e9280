// gRPC for unary calls. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
import type { ServerResponse } from "node:http";
import { collect } from "../body/body.ts";
import { requestRecordOf } from "../server/request-record.ts";
import { leaveRest, send } from "../server/send.ts";
import { earlyOf } from "../server/headers.ts";
import { holdAnswer, writePieces } from "../server/unread.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";
import { frame, PREFIX_BYTES, readEncoding, trailersOf, unframe } from "./frames.ts";
import type { Codec, UnaryProtocol } from "./protocol.ts";

const GRPC = /^application\/grpc(?![\w-])/i;
const NEEDS_HTTP2 =
  "gRPC needs HTTP/2: a proxy in front has to speak it to this server, as nginx does with " +
  "grpc_pass.\n";

/** The end of a call: its trailers, after the message if there is one. */
interface Ending {
  readonly trailers: Readonly<Record<string, string>>;
  readonly message?: Uint8Array;
}

function endWithTrailers(response: ServerResponse, trailers: Ending["trailers"]): void {
  response.addTrailers(trailers);
  response.end();
}

const OK = { "grpc-status": "0" };

/** Makes the protocol for a codec. */
export function grpc(codec: Codec): UnaryProtocol {
  const type = {
    "content-type": `application/grpc+${codec}`,
    "grpc-accept-encoding": "gzip",
    trailer: "grpc-status",
  };
  const answer = (
    request: HttpRequest,
    response: HttpResponse,
    more: Readonly<Record<string, string>>,
    { trailers, message }: Ending,
  ): void => {
    const headers = { ...earlyOf(response), ...more, ...type };
    leaveRest(request, response, headers);
    // The two types have these methods in common, but their overloads differ.
    const either = response as ServerResponse;
    either.writeHead(200, headers);
    holdAnswer(response, message?.length ?? 0);
    if (message === undefined) return endWithTrailers(either, trailers);
    writePieces(response, frame(0, message), (last) => {
      either.write(last);
      endWithTrailers(either, trailers);
    });
  };
  return {
    codec,
    read: async (request, limit) => {
      const encoding = readEncoding(request);
      return unframe(await collect(request, limit + PREFIX_BYTES), encoding, limit);
    },
    succeed: (request, response, headers, message) =>
      answer(request, response, headers, { trailers: OK, message }),
    fail: (request, response, headers, error) =>
      answer(request, response, headers, { trailers: Object.fromEntries(trailersOf(error)) }),
  };
}

/**
 * Refuses gRPC where an answer can have no trailers: HTTP/1.0 has none, and node's parser accepts
 * versions that never existed. Returns whether it has refused.
 */
export function refuseTrailerless(request: HttpRequest, response: HttpResponse): boolean {
  if (
    "stream" in request ||
    request.httpVersion === "1.1" ||
    !GRPC.test(request.headers["content-type"] ?? "")
  )
    return false;
  requestRecordOf(request).reason = "UNIMPLEMENTED";
  // RFC 9110 section 15.6.6. A gRPC client behind a proxy sees the status, its operator the text.
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
