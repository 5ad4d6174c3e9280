import { validateHeaderName, validateHeaderValue } from "node:http";
import { failure, malformed } from "../errors.ts";
import type { HttpRequest, HttpResponse } from "../types.ts";

/** The headers of the connection, not of the call: RFC 9110 section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Returns whether a header is that of one connection. `connection` is the value of the header of
 * that name, which may name more (RFC 9110 section 7.6.1).
 */
export const isHopByHop = (name: string, connection = ""): boolean =>
  HOP_BY_HOP.has(name) ||
  name.startsWith("proxy-") ||
  connection
    .toLowerCase()
    .split(",")
    .some((each) => each.trim() === name);

/**
 * Adds a header of an answer. Throws an Error for one that can't be sent in either version of
 * HTTP, so that sending never fails.
 */
export function putHeader(headers: Record<string, string>, name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  const key = name.toLowerCase();
  if (HOP_BY_HOP.has(key) || key === "content-length")
    throw new Error(`the header ${name} is set by the server`);
  headers[key] = value;
}

/** Refuses a repeated header where node would silently take the first one. */
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

/** The key of headers that are known before the answer. */
const EARLY = Symbol("early headers");
type Early = HttpResponse & { [EARLY]?: Record<string, string> };

/**
 * Adds a header to every answer that a request may get. Over HTTP/1.1 it is kept until the answer
 * is sent: once a header is set, node sends all of them in a slower way.
 */
export function setEarly(response: Early, name: string, value: string): void {
  if ("stream" in response) response.setHeader(name, value);
  else (response[EARLY] ??= {})[name] = value;
}

/** Returns the headers to send with those of an answer, which replace them. */
export const earlyOf = (response: Early): Readonly<Record<string, string>> | undefined =>
  response[EARLY];

/** Sets the early headers on a response that a handler of others writes. */
export function writeEarly(response: Early): void {
  for (const [name, value] of Object.entries(response[EARLY] ?? {}))
    response.setHeader(name, value);
}

/** Returns a header of a request; undefined when it is missing or belongs to the connection. */
export function readHeader({ headers }: HttpRequest, name: string): string | undefined {
  const value = HOP_BY_HOP.has(name) || name.startsWith(":") ? undefined : headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}
