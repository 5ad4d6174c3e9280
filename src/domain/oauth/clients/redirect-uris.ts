import { IdentityError } from "../../errors.ts";

/** What can be wrong with a redirect URI. */
const WRONG = {
  characters: "contains a character that is not allowed",
  scheme: "is not an absolute https URI",
  malformed: "is not a URI",
  host: "has an invalid host",
  fragment: "has a fragment",
  user: "contains a user name",
  "plain-http": "is not https",
  long: "is longer than 2048 characters",
} as const;

const MAX_LENGTH = 2048;

export type RedirectUriRule = keyof typeof WRONG;

/** A host name by RFC 1123 section 2.1, also in Punycode, or an IPv6 address. */
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const NAMED = new RegExp(`^https?://(${LABEL}(?:\\.${LABEL})*\\.?)(?::\\d{1,5})?(?=[/?]|$)`, "i");
const NUMBERED = /^https?:\/\/\[[0-9a-f:.]+\](?::\d{1,5})?(?=[/?]|$)/i;

/**
 * Returns whether every parser, and a Content-Security-Policy, reads the same host. `URL` alone
 * also accepts `a;b` as a host, and rewrites `%61` and `0x7f.1`.
 */
export function hasPlainHost(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const named = NAMED.exec(uri)?.[1];
  return named === undefined ? NUMBERED.test(uri) : new URL(uri).hostname === named.toLowerCase();
}

const isLoopback = (host: string): boolean => host === "127.0.0.1" || host === "[::1]";

/**
 * Rejects a URI that must not be registered. Plain http is for documented APIs and for loopback
 * addresses only (RFC 9700 section 2.6, RFC 8252 section 7.3).
 */
export function checkRedirectUri(uri: string, plainHttpAllowed: boolean): void {
  const refuse = (rule: RedirectUriRule): never => {
    throw new IdentityError("REDIRECT_URI_INVALID", `The redirect URI ${WRONG[rule]}.`, {
      fields: [{ field: "redirect_uris", description: WRONG[rule], rule }],
      metadata: { redirect_uri: uri.slice(0, 128) },
    });
  };
  if (uri.length > MAX_LENGTH) refuse("long");
  // Different parsers read spaces, control characters, backslashes and wildcards differently.
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\*<>"{}|^`]/.test(uri)) refuse("characters");
  if (!/^https?:\/\//.test(uri)) refuse("scheme");
  if (!URL.canParse(uri)) refuse("malformed");
  const url = new URL(uri);
  if (uri.includes("#")) refuse("fragment");
  if (url.username !== "" || url.password !== "" || /^https?:\/\/[^/?]*@/.test(uri)) refuse("user");
  if (!hasPlainHost(uri)) refuse("host");
  if (url.protocol === "http:" && !plainHttpAllowed && !isLoopback(url.hostname))
    refuse("plain-http");
}

/**
 * Returns whether a URI equals the registered one, character by character (RFC 9700 section 2.1).
 * On a loopback address a native app may use any port (RFC 8252 section 7.3).
 */
export function matchesRedirectUri(registered: string, uri: string, portIsFree: boolean): boolean {
  if (registered === uri) return true;
  if (uri.length > MAX_LENGTH) return false;
  const loopback = /^http:\/\/(?:127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?]|$)/;
  if (!portIsFree || !loopback.test(registered) || !loopback.test(uri)) return false;
  const withoutPort = (text: string): string =>
    text.replace(/^(http:\/\/(?:127\.0\.0\.1|\[::1\])):\d{1,5}/, "$1");
  return withoutPort(registered) === withoutPort(uri);
}
