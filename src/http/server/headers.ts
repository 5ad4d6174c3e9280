import { validateHeaderName, validateHeaderValue } from "node:http";
import { failure, malformed } from "../errors.ts";
import type { HttpRequest } from "../types.ts";

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

/** Returns a header of a request; undefined when it is missing or belongs to the connection. */
export function readHeader({ headers }: HttpRequest, name: string): string | undefined {
  const value = HOP_BY_HOP.has(name) || name.startsWith(":") ? undefined : headers[name];
  return typeof value === "string" ? value : value?.join(", ");
}
