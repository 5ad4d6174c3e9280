import type { IncomingHttpHeaders } from "node:http2";

/** Whether a request is a unary call over gRPC that needs nothing of node's layer for HTTP/1.1. */
export function isDirect(
  headers: IncomingHttpHeaders,
  isUnary: (path: string) => boolean,
): boolean {
  const type = headers["content-type"];
  return (
    (type === "application/grpc" || type === "application/grpc+proto") &&
    headers[":method"] === "POST" &&
    // Node's layer answers expectations.
    headers.expect === undefined &&
    isUnary(headers[":path"] ?? "")
  );
}
