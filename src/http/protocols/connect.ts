// Connect for unary calls, by POST and by GET. https://connectrpc.com/docs/protocol
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { readBody } from "../body/body.ts";
import { failure, malformed } from "../errors.ts";
import { send } from "../server/send.ts";
import type { HttpRequest } from "../types.ts";
import type { Codec, UnaryProtocol } from "./protocol.ts";

const answers = (codec: Codec): Omit<UnaryProtocol, "read"> => ({
  codec,
  succeed: (request, response, headers, message) =>
    send(
      request,
      response,
      { status: 200, headers: { "content-type": `application/${codec}` }, body: message },
      headers,
    ),
  fail: (request, response, headers, error) => {
    const answer = {
      status: codeToHttpStatus(error.code),
      headers: { ...Object.fromEntries(error.metadata), "content-type": "application/json" },
      body: errorToJsonBytes(error, undefined),
    };
    send(request, response, answer, headers);
  },
});

const ENCODINGS: ReadonlySet<string | undefined> = new Set([undefined, "identity", "gzip"]);

/** Connect by POST: the message is the body. */
export const connectPost = (codec: Codec): UnaryProtocol => ({
  ...answers(codec),
  read: async (request, limit) => {
    const version = request.headers["connect-protocol-version"];
    if (version !== undefined && version !== "1")
      throw malformed("connect-protocol-version must be 1");
    if (!ENCODINGS.has(request.headers["content-encoding"]))
      throw failure("ENCODING_UNSUPPORTED", "send the message uncompressed or with gzip");
    return readBody(request, limit);
  },
});

/**
 * Connect by GET, for methods without side effects: the message is in the query. Undefined when the
 * query names no encoding.
 */
export function connectGet(request: HttpRequest): UnaryProtocol | undefined {
  const { searchParams } = new URL(request.url ?? "", "http://localhost");
  const encoding = searchParams.get("encoding");
  if (encoding !== "json" && encoding !== "proto") return undefined;
  return {
    ...answers(encoding),
    read: (_, limit) => Promise.resolve().then(() => fromQuery(searchParams, limit)),
  };
}

function fromQuery(query: URLSearchParams, limit: number): Uint8Array {
  const compression = query.get("compression") ?? "";
  if (compression !== "" && compression !== "identity")
    throw failure("ENCODING_UNSUPPORTED", "send the message in the query uncompressed");
  const text = query.get("message");
  if (text === null) throw malformed("the query has no message");
  if (query.get("base64") === "1" && !/^[\w+/-]*={0,2}$/.test(text))
    throw malformed("the message is not base64");
  const bytes = query.get("base64") === "1" ? Buffer.from(text, "base64url") : Buffer.from(text);
  if (bytes.length > limit)
    throw failure("BODY_TOO_LARGE", `the message is larger than ${limit} bytes`);
  return bytes;
}
