// The headers that keep a page to itself. It owns what a browser may do with a page and must not
// know what is on it.

const YEAR_S = 365 * 86_400;

/**
 * `form-action` also holds for the redirect that follows a form, so it names where the flow will
 * end.
 */
export function contentSecurityPolicy(destination?: string): string {
  const target = destination === undefined ? "" : formTarget(destination);
  return `default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'${target}; base-uri 'none'; frame-ancestors 'none'`;
}

/** The API reference calls this server, and its stylesheet has pictures within. */
export const viewerSecurityPolicy = (): string =>
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

/**
 * A host-source that holds nothing but an origin, CSP Level 3 section 2.3.1: nothing in it ends a
 * source or a directive.
 */
const HOST_SOURCE = /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::\d{1,5})?$/;

/**
 * The origin of a URI as a source, with a space before it. CSP has no form for IPv6 addresses;
 * whatever else has none is left out.
 */
function formTarget(uri: string): string {
  if (!URL.canParse(uri)) return "";
  const { protocol, host, origin } = new URL(uri);
  if (host.startsWith("[") && (protocol === "http:" || protocol === "https:"))
    return ` ${protocol}`;
  return HOST_SOURCE.test(origin) ? ` ${origin}` : "";
}

/** Sets what every answer of a page has, and what only a page itself needs. */
export function secure(headers: Headers, isHttps: boolean): void {
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  // Redirects too: one without it parts a window from the one that opened it, though both are ours.
  headers.set("cross-origin-opener-policy", "same-origin");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (isHttps) headers.set("strict-transport-security", `max-age=${YEAR_S}`);
  if (!headers.get("content-type")?.startsWith("text/html")) return;
  headers.set("x-frame-options", "DENY");
}
