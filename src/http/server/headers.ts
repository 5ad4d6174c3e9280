// Headers that others give to an answer. It owns what can be sent in either version of HTTP, and
// must not know what is answered.
import { validateHeaderName, validateHeaderValue } from "node:http";
import { failure, malformed } from "../errors.ts";
import type { HttpRequest } from "../types.ts";

/** Headers that speak of the connection and not of the call, RFC 9110 section 7.6.1. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
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
 * Puts a header among others; throws an Error when it cannot be sent, so that the sending itself
 * never fails.
 */
export function putHeader(headers: Record<string, string>, name: string, value: string): void {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  const key = name.toLowerCase();
  if (HOP_BY_HOP.has(key) || key === "content-length")
    throw new Error(`the header ${name} is not a caller's to set`);
  headers[key] = value;
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
