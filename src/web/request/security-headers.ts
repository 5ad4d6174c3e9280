const YEAR_S = 365 * 86_400;

/** The directives of every policy; they don't fall back to `default-src`. */
const ALWAYS = ["base-uri 'none'", "frame-ancestors 'none'"];

/**
 * Returns the policy of a page. `form-action` also applies to the redirect that follows a form, so
 * it names the origin where the flow ends.
 */
export function contentSecurityPolicy(
  destination?: string,
  hasScript = false,
  hasFrame = false,
): string {
  const target = destination === undefined ? "" : formTarget(destination);
  return [
    "default-src 'none'",
    ...(hasScript ? ["script-src 'self'"] : []),
    "style-src 'self'",
    "img-src 'self'",
    ...(hasFrame ? ["frame-src 'self'"] : []),
    `form-action 'self'${target}`,
    ...ALWAYS,
  ].join("; ");
}

/**
 * Returns the policy of a page whose form posts a response to an application. `form-action` would
 * also apply to every redirect that the application answers with, whose origins are unknown here.
 */
export const formPostPolicy = (hasScript: boolean): string =>
  contentSecurityPolicy(undefined, hasScript).replace("form-action 'self'; ", "");

/** The preview of a sign-in page: its form leads nowhere, and a new logo is in the page itself. */
export const previewSecurityPolicy = (): string =>
  [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    ...ALWAYS,
  ].join("; ");

/** A letter has inline styles, which mail programs need, and runs nothing. */
export const letterSecurityPolicy = (): string =>
  [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    "sandbox",
  ].join("; ");

/** The API reference calls this server, and its stylesheet embeds images. */
export const viewerSecurityPolicy = (): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'none'",
    ...ALWAYS,
  ].join("; ");

/**
 * A host-source that contains only an origin (CSP Level 3 section 2.3.1). No character in it can
 * end a source or a directive.
 */
const HOST_SOURCE = /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?::\d{1,5})?$/;

/**
 * Returns the origin of a URI as a source, with a space before it. CSP has no form for IPv6
 * addresses, so their scheme is named. Other origins that CSP can't express are left out.
 */
function formTarget(uri: string): string {
  if (!URL.canParse(uri)) return "";
  const { protocol, host, origin } = new URL(uri);
  if (host.startsWith("[") && (protocol === "http:" || protocol === "https:"))
    return ` ${protocol}`;
  return HOST_SOURCE.test(origin) ? ` ${origin}` : "";
}

/**
 * Sets the headers of every response, and those that only an HTML page needs. `keepsOpener` leaves
 * a window to the application that has opened it; a page may have decided that itself.
 */
export function secure(
  headers: Headers,
  { isHttps, keepsOpener }: { readonly isHttps: boolean; readonly keepsOpener: boolean },
): void {
  headers.set("x-content-type-options", "nosniff");
  headers.set("referrer-policy", "no-referrer");
  // Also on redirects: browsers compare the policy of each response on the way.
  if (!headers.has("cross-origin-opener-policy"))
    headers.set("cross-origin-opener-policy", keepsOpener ? "unsafe-none" : "same-origin");
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  if (isHttps) headers.set("strict-transport-security", `max-age=${YEAR_S}`);
  if (!headers.get("content-type")?.startsWith("text/html")) return;
  // The preview of a letter is shown within our own page.
  if (!headers.has("x-frame-options")) headers.set("x-frame-options", "DENY");
}
