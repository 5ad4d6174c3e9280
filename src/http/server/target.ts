import type { HttpRequest } from "../types.ts";

/** Splits a request target into its raw path and raw query. */
export function splitTarget(url: string): { path: string; query: string } {
  const mark = url.indexOf("?");
  return mark < 0
    ? { path: url, query: "" }
    : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

/** Returns the raw path of a request target. */
export function rawPathOf(url: string): string {
  const mark = url.indexOf("?");
  return mark < 0 ? url : url.slice(0, mark);
}

const ABSOLUTE = /^https?:\/\/([^/?#@\s]+)(?=[/?#]|$)(.*)$/is;

/**
 * Gives a request in absolute form the origin form, before any step reads its target. The host of
 * the target replaces that of the header (RFC 9112 section 3.2.2). Other targets stay as they are:
 * HTTP/2 has no absolute form (RFC 9113 section 8.3.1).
 */
export function toOriginForm(request: HttpRequest): void {
  const { url = "" } = request;
  if (url.charCodeAt(0) === SLASH || "stream" in request) return;
  const [, authority, rest = ""] = ABSOLUTE.exec(url) ?? [];
  if (authority === undefined) return;
  request.headers.host = authority;
  // OPTIONS without a path asks for the whole server: RFC 9112 section 3.2.4.
  if (rest === "" && request.method === "OPTIONS") request.url = "*";
  else request.url = rest.charCodeAt(0) === SLASH ? rest : `/${rest}`;
}

const SLASH = 0x2f;
