// What is read of a request besides its body. It owns the differences between the versions of HTTP,
// and must not know what is called.
import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { failure, malformed } from "../errors.ts";
import { HOP_BY_HOP } from "./headers.ts";

/** A request of either version of HTTP. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** Which side of a request may go on for as long as both are there: the server's, or both. */
export type Stay = "answer" | "both";

const stays = new WeakMap<HttpRequest, Stay>();

/** Lets a request stay open, because its method is a stream. */
export const letStay = (request: HttpRequest, stay: Stay): void => void stays.set(request, stay);

/** Which side of a request may stay open; undefined when it is a question with one answer. */
export const stayOf = (request: HttpRequest): Stay | undefined => stays.get(request);

/**
 * The raw path and the raw query of a request target; of the absolute form, RFC 9112 section 3.2.2,
 * the same.
 */
export function splitTarget(url: string): { path: string; query: string } {
  const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?#]+(?=\/)/i, "");
  const mark = target.indexOf("?");
  return mark < 0
    ? { path: target, query: "" }
    : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** Refuses two headers of a name where node would silently take the first one. */
export function checkHeaders({ rawHeaders }: HttpRequest): void {
  let authorization = false;
  let contentType = false;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 13 && name.toLowerCase() === "authorization") {
      if (authorization) throw malformed("there are two Authorization headers");
      authorization = true;
    } else if (name.length === 12 && name.toLowerCase() === "content-type") {
      if (contentType)
        throw failure("MEDIA_TYPE_UNSUPPORTED", "there are two Content-Type headers");
      contentType = true;
    }
  }
}

/**
 * A header of a request; undefined when it has none of that name, or when it is none of a caller's.
 */
export function readHeader({ headers }: HttpRequest, name: string): string | undefined {
  const value = HOP_BY_HOP.has(name) || name.startsWith(":") ? undefined : headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}

/** Whether the client of a request has gone away. */
export const isAborted = (request: HttpRequest): boolean =>
  "stream" in request ? request.stream.destroyed : request.socket.destroyed;

const UNITS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/**
 * When the client stops waiting, as gRPC or Connect write it; throws MALFORMED_REQUEST when it is
 * unreadable.
 */
export function readDeadline({ headers }: HttpRequest, now: () => number): number | undefined {
  const connect = headers["connect-timeout-ms"];
  const grpc = headers["grpc-timeout"];
  if (connect === undefined && grpc === undefined) return undefined;
  const match =
    connect === undefined
      ? /^(\d{1,8})([HMSmun])$/.exec(String(grpc))
      : /^(\d{1,10})$/.exec(String(connect));
  if (match === null) throw malformed("the timeout is unreadable");
  return now() + Number(match[1]) * UNITS[match[2] ?? "m"]!;
}
