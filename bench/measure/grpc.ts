// Unary gRPC over node:http2.
import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import type { Answer, Connection, Request } from "./connection.ts";

const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_STATUS } = constants;
const PREFIX_BYTES = 5;

/** Opens a connection to `http://host:port`, or over TLS to `https://host:port`. */
export async function openGrpc(url: string): Promise<Connection> {
  const session = connect(url, { rejectUnauthorized: false });
  await once(session, "connect");
  return { send: (request) => call(session, request), close: () => session.destroy() };
}

/** The body is the message's bytes, in the request and in the answer. */
function call(
  session: ClientHttp2Session,
  { path, headers = {}, body = "" }: Request,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stream = session.request({
      [HTTP2_HEADER_METHOD]: "POST",
      [HTTP2_HEADER_PATH]: path,
      "content-type": "application/grpc+proto",
      te: "trailers",
      ...headers,
    });
    const chunks: Buffer[] = [];
    let [status, grpcStatus] = [0, "?"];
    stream.on("response", (head) => {
      status = Number(head[HTTP2_HEADER_STATUS]);
      grpcStatus = String(head["grpc-status"] ?? "?");
    });
    stream.on(
      "trailers",
      (trailers) => (grpcStatus = String(trailers["grpc-status"] ?? grpcStatus)),
    );
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    stream.on("error", reject);
    stream.on("end", () =>
      resolve({
        status: grpcStatus === "0" ? status : 500,
        body: Buffer.concat(chunks).subarray(PREFIX_BYTES),
      }),
    );
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(Buffer.byteLength(body), 1);
    stream.end(Buffer.concat([prefix, Buffer.from(body)]));
  });
}
