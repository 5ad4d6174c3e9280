// Headers that others give to an answer. It owns what can be sent in either version of HTTP, and
// must not know what is answered.
import { validateHeaderName, validateHeaderValue } from "node:http";

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
