// What goes to the predecessor of a request, and what comes back of its answer.
import { isHopByHop } from "../http/server/headers.ts";
import type { HttpRequest } from "../http/types.ts";
import type { PredecessorReply, PredecessorRequest } from "./exchange.ts";

/** What the server knows of a request besides its bytes. */
export interface Forwarded {
  /** The address of the client, by the rules of TRUSTED_PROXIES. */
  readonly address: string;
  /** The scheme and the host that the client used, by the same rules. */
  readonly proto: string;
  readonly host: string;
  /** Whether the call is a page, whose cookies are documented. */
  readonly isPage: boolean;
}

/** Headers that say how the request came here; ours replace them. */
const REPLACED = /^(?:forwarded|x-forwarded-.*|x-real-ip)$/;
/** The answer is compared and learnt from, so it must come as it is. */
const LEFT_OUT: ReadonlySet<string> = new Set(["host", "accept-encoding"]);

/** Headers of an answer that clients of documented APIs may read. */
const DOCUMENTED: ReadonlySet<string> = new Set([
  "content-type",
  "content-language",
  "content-disposition",
  "content-encoding",
  "content-security-policy",
  "cache-control",
  "pragma",
  "expires",
  "etag",
  "last-modified",
  "vary",
  "location",
  "retry-after",
  "www-authenticate",
  "allow",
  "refresh",
  "referrer-policy",
  "x-frame-options",
  "x-content-type-options",
  "access-control-allow-origin",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-expose-headers",
]);

/** Those of them that an answer over HTTP/2 can't have twice. The first counts, as in node. */
const SINGLE: ReadonlySet<string> = new Set([
  "content-type",
  "content-language",
  "content-encoding",
  "expires",
  "etag",
  "last-modified",
  "location",
  "retry-after",
  "x-content-type-options",
  "access-control-allow-origin",
]);

/** Our cookies, with any prefix: the predecessor must not see a session of ours. */
const OUR_COOKIE = /^(?:__Host-|__Secure-)?latchkey\b/;

/** Makes the request to the predecessor: the same bytes, with who asked by our rules. */
export function toPredecessor(
  request: HttpRequest,
  body: Buffer,
  { address, proto, host, isPage }: Forwarded,
): PredecessorRequest {
  const { rawHeaders } = request;
  const connection = request.headers.connection;
  const headers: [string, string][] = [];
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (name.startsWith(":") || LEFT_OUT.has(name) || isReplaced(name)) continue;
    if (isHopByHop(name, connection)) continue;
    const value = rawHeaders[index + 1]!;
    if (name !== "cookie") headers.push([name, value]);
    else if (isPage) cookies.push(...foreignCookies(value));
  }
  // Over HTTP/2 each may have a header of its own: RFC 9113 section 8.2.3.
  if (cookies.length > 0) headers.push(["cookie", cookies.join("; ")]);
  headers.push(
    ["x-forwarded-for", address],
    ["x-forwarded-proto", proto],
    ["x-forwarded-host", host],
  );
  return { method: request.method ?? "GET", target: request.url ?? "/", headers, body };
}

/** CGI and WSGI read `_` in a name as `-`, so a name with one would count as ours. */
const isReplaced = (name: string): boolean => REPLACED.test(name.replaceAll("_", "-"));

const foreignCookies = (header: string): string[] =>
  header
    .split(";")
    .map((each) => each.trim())
    .filter((each) => !OUR_COOKIE.test(each));

/** The headers of an answer as the client gets them; those that repeat are lists. */
export function fromPredecessor(
  { headers }: PredecessorReply,
  predecessor: URL,
  base: string,
  isPage: boolean,
): Record<string, string | string[]> {
  const connection = headers.flatMap(([name, value]) => (name === "connection" ? [value] : []));
  const all: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (!(DOCUMENTED.has(name) || (isPage && name === "set-cookie"))) continue;
    if (isHopByHop(name, connection.join())) continue;
    const kept = all[name];
    if (kept === undefined)
      all[name] = name === "location" ? locationOf(value, predecessor, base) : value;
    else if (!SINGLE.has(name)) all[name] = [kept, value].flat();
  }
  return all;
}

/** Leads back to our address what leads to the predecessor's. */
function locationOf(location: string, predecessor: URL, base: string): string {
  const prefix = predecessor.pathname.replace(/\/$/, "");
  for (const start of [predecessor.origin + prefix, ...(prefix === "" ? [] : [prefix])]) {
    const rest = location.slice(start.length);
    if (location.startsWith(start) && /^(?:[/?#]|$)/.test(rest))
      return start === prefix ? new URL(base).pathname.replace(/\/$/, "") + rest : base + rest;
  }
  return location;
}
