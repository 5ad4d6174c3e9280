// Unary calls made byte by byte, for what no client library would send.
import { fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import { connect } from "node:http2";
import { gzipSync } from "node:zlib";
import { StatusSchema } from "../../gen/google/rpc/status_pb.ts";
import { type Refusal, refusalOf } from "../clients/refusal.ts";

/** What is sent. */
export interface RawRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** What comes back; trailers among the headers. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** One request on an HTTP/2 connection of its own. */
export async function post(url: string, { path, headers, body }: RawRequest): Promise<RawAnswer> {
  const session = connect(url);
  try {
    return await new Promise((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({ ":method": "POST", ":path": path, ...headers });
      const received: Record<string, string | string[] | undefined> = {};
      const chunks: Buffer[] = [];
      stream.on("response", (given) => Object.assign(received, given));
      stream.on("trailers", (given) => Object.assign(received, given));
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("error", reject);
      // Not "close": for that, node waits until the body is sent, which may have been too long to
      // be.
      stream.on("end", () =>
        resolve({
          status: Number(received[":status"]),
          headers: received,
          body: Buffer.concat(chunks),
        }),
      );
      stream.end(body);
    });
  } finally {
    session.destroy();
  }
}

/** A frame of gRPC and gRPC-Web; `length` may lie. */
export function frame(message: Uint8Array, { flags = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, message]);
}

/** One protocol by hand. */
export interface RawProtocol {
  readonly name: string;
  readonly framed: boolean;
  readonly codec: "proto" | "json";
  /** The request for a message. */
  request(
    path: string,
    message: Uint8Array,
    headers?: Readonly<Record<string, string>>,
  ): RawRequest;
  /** The same, compressed with gzip. */
  compressed(path: string, message: Uint8Array, bytes?: Uint8Array): RawRequest;
  /** Why it was refused; undefined for a success. */
  refusal(answer: RawAnswer): Refusal | undefined;
}

const text = (value: string | string[] | undefined): string => String(value ?? "");

/** The error that headers or trailers carry. */
function statusRefusal(headers: RawAnswer["headers"]): Refusal | undefined {
  const code = text(headers["grpc-status"]);
  if (code === "") throw new Error(`no grpc-status in ${JSON.stringify(headers)}`);
  if (code === "0") return undefined;
  const error = new ConnectError(decodeURIComponent(text(headers["grpc-message"])), Number(code));
  const status = fromBinary(
    StatusSchema,
    Buffer.from(text(headers["grpc-status-details-bin"]), "base64"),
  );
  error.details = status.details.map(({ typeUrl, value }) => ({
    type: typeUrl.replace(/^.*\//, ""),
    value,
  }));
  return refusalOf(error);
}

function framedProtocol(
  name: string,
  contentType: string,
  codec: "proto" | "json",
  statusHeaders: (answer: RawAnswer) => RawAnswer["headers"],
): RawProtocol {
  const encode = (bytes: Buffer): Buffer =>
    contentType.includes("-text") ? Buffer.from(bytes.toString("base64")) : bytes;
  const headersWith = (more: Readonly<Record<string, string>>) => ({
    "content-type": contentType,
    te: "trailers",
    ...more,
  });
  return {
    name,
    framed: true,
    codec,
    request: (path, message, headers = {}) => ({
      path,
      headers: headersWith(headers),
      body: encode(frame(message)),
    }),
    compressed: (path, message, bytes = gzipSync(message)) => ({
      path,
      headers: headersWith({ "grpc-encoding": "gzip" }),
      body: encode(frame(bytes, { flags: 1 })),
    }),
    refusal: (answer) => statusRefusal(statusHeaders(answer)),
  };
}

/** The last frame of gRPC-Web holds the trailers as lines. */
function webTrailers({ headers, body }: RawAnswer): RawAnswer["headers"] {
  const bytes = text(headers["content-type"]).includes("-text")
    ? Buffer.from(body.toString(), "base64")
    : body;
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0x80) at += 5 + bytes.readUInt32BE(at + 1);
  const lines = bytes
    .subarray(at + 5)
    .toString()
    .split("\r\n")
    .filter((line) => line !== "");
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
}

function connectProtocol(codec: "proto" | "json"): RawProtocol {
  const headersWith = (more: Readonly<Record<string, string>>) => ({
    "content-type": `application/${codec}`,
    "connect-protocol-version": "1",
    ...more,
  });
  return {
    name: `Connect, ${codec}`,
    framed: false,
    codec,
    request: (path, message, headers = {}) => ({
      path,
      headers: headersWith(headers),
      body: message,
    }),
    compressed: (path, message, bytes = gzipSync(message)) => ({
      path,
      headers: headersWith({ "content-encoding": "gzip" }),
      body: bytes,
    }),
    refusal: ({ status, body }) => {
      if (status === 200) return undefined;
      const {
        code,
        message = "",
        details = [],
      } = JSON.parse(body.toString()) as {
        code: string;
        message?: string;
        details?: { type: string; value: string }[];
      };
      const error = new ConnectError(message, codeFromString(code) ?? Code.Unknown);
      error.details = details.map(({ type, value }) => ({
        type,
        value: Buffer.from(value, "base64"),
      }));
      return refusalOf(error);
    },
  };
}

/** Every protocol that carries unary calls. */
export const PROTOCOLS: readonly RawProtocol[] = [
  framedProtocol("gRPC", "application/grpc", "proto", ({ headers }) => headers),
  framedProtocol("gRPC, json", "application/grpc+json", "json", ({ headers }) => headers),
  framedProtocol("gRPC-Web", "application/grpc-web+proto", "proto", webTrailers),
  framedProtocol("gRPC-Web, text", "application/grpc-web-text", "proto", webTrailers),
  connectProtocol("proto"),
  connectProtocol("json"),
];
