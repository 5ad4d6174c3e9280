import { IdentityError } from "../../errors.ts";

/** What can be wrong with a redirect URI. */
const WRONG = {
  characters: "contains a character that is not allowed",
  scheme: "is not an absolute https URI",
  "scheme-period":
    "begins neither with https:// nor with a scheme that contains a period, as com.example.app:",
  "scheme-case": "has a scheme with upper-case letters",
  "scheme-private": "has a private-use scheme, which only a public client can have",
  malformed: "is not a URI",
  host: "has an invalid host",
  fragment: "has a fragment",
  user: "contains a user name",
  "plain-http": "is not https; http is for localhost, 127.0.0.1 and [::1] only",
  long: "is longer than 2048 characters",
} as const;

const MAX_LENGTH = 2048;
/**
 * How much of each wrong URI an error repeats. The errors of 20 URIs must fit into 8 KB of headers,
 * which is what gRPC clients of some languages accept.
 */
const MAX_SHOWN = 64;

export type RedirectUriRule = keyof typeof WRONG;

/** A host name by RFC 1123 section 2.1, also in Punycode, or an IPv6 address. */
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const NAMED = new RegExp(`^https?://(${LABEL}(?:\\.${LABEL})*\\.?)(?::\\d{1,5})?(?=[/?]|$)`, "i");
const NUMBERED = /^https?:\/\/\[[0-9a-f:.]+\](?::\d{1,5})?(?=[/?]|$)/i;

/**
 * A private-use scheme, RFC 8252 section 7.1: a reversed domain name, so it contains a period. No
 * scheme that a browser acts on itself does.
 */
const PRIVATE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/;
/** After the scheme: a path, or two slashes and a name, which many applications write. */
const AFTER_SCHEME = /^(?:\/\/[a-z0-9._~-]*(?=[/?]|$)|\/(?!\/)|[^/?])/i;

const AUTHORITY_WITH_USER = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*@/i;

/**
 * Returns whether every parser, and a Content-Security-Policy, reads the same host. `URL` alone
 * also accepts `a;b` as a host, and rewrites `%61` and `0x7f.1`.
 */
export function hasPlainHost(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const named = NAMED.exec(uri)?.[1];
  return named === undefined ? NUMBERED.test(uri) : new URL(uri).hostname === named.toLowerCase();
}

function isPrivateUse(uri: string): boolean {
  const scheme = PRIVATE_SCHEME.exec(uri)?.[0];
  return scheme !== undefined && URL.canParse(uri) && AFTER_SCHEME.test(uri.slice(scheme.length));
}

/**
 * Returns whether a code may go to the URI at all. A URI that was registered before its host was
 * checked may be unusable.
 */
export const isUsable = (uri: string, { public: isPublic }: { readonly public: boolean }) =>
  hasPlainHost(uri) || (isPublic && isPrivateUse(uri));

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "127.0.0.1" || host === "[::1]";

/** What a client may register. */
interface RedirectUriRules {
  /** Whether http is allowed for all hosts. */
  readonly plainHttp: boolean;
  /** Whether the client is a public one, which may have private-use schemes. */
  readonly isPublic: boolean;
}

/**
 * Returns what is wrong with a URI that a client wants to register. Plain http is for documented
 * APIs and for loopback addresses only (RFC 9700 section 2.6, RFC 8252 section 7.3).
 */
export function redirectUriFault(
  uri: string,
  { plainHttp, isPublic }: RedirectUriRules,
): RedirectUriRule | undefined {
  if (uri.length > MAX_LENGTH) return "long";
  // Different parsers read spaces, control characters, backslashes and wildcards differently.
  if (!/^[\x21-\x7e]+$/.test(uri) || /[\\*<>"{}|^`]/.test(uri)) return "characters";
  const isWeb = /^https?:\/\//.test(uri);
  if (!isWeb && !PRIVATE_SCHEME.test(uri)) {
    if (/^https?:/i.test(uri) || !isPublic) return "scheme";
    return PRIVATE_SCHEME.test(uri.toLowerCase()) ? "scheme-case" : "scheme-period";
  }
  if (!isWeb && !isPublic) return "scheme-private";
  if (!URL.canParse(uri)) return "malformed";
  if (uri.includes("#")) return "fragment";
  if (AUTHORITY_WITH_USER.test(uri)) return "user";
  if (!(isWeb ? hasPlainHost(uri) : isPrivateUse(uri))) return "host";
  const { protocol, hostname } = new URL(uri);
  return protocol === "http:" && !plainHttp && !isLoopback(hostname) ? "plain-http" : undefined;
}

/** Returns the same as a sentence without its subject, after the URI itself. */
export function redirectUriComplaint(uri: string, rules: RedirectUriRules): string | undefined {
  const rule = redirectUriFault(uri, rules);
  return rule && `${shown(uri)} ${WRONG[rule]}`;
}

/** Rejects redirect URIs that must not be registered. The error names all of them. */
export function checkRedirectUris(uris: readonly string[], rules: RedirectUriRules): void {
  const wrong = uris.flatMap((uri) => {
    const rule = redirectUriFault(uri, rules);
    return rule === undefined ? [] : [{ uri: shown(uri), rule, why: WRONG[rule] }];
  });
  if (wrong[0] === undefined) return;
  const message =
    wrong.length === 1
      ? `The redirect URI ${wrong[0].uri} ${wrong[0].why}.`
      : `${wrong.length} redirect URIs are wrong: ` +
        `${wrong.map(({ uri, why }) => `${uri} ${why}`).join("; ")}.`;
  throw new IdentityError("REDIRECT_URI_INVALID", message, {
    fields: wrong.map(({ uri, why, rule }) => ({
      field: "redirect_uris",
      description: `${uri} ${why}`,
      rule,
      value: uri,
    })),
    metadata: { redirect_uri: wrong[0].uri },
  });
}

/** Shortens a URI for an error, and replaces characters that a terminal could act on. */
const shown = (uri: string): string =>
  `${uri.slice(0, MAX_SHOWN)}${uri.length > MAX_SHOWN ? "…" : ""}`
    .toWellFormed()
    .replace(/\p{C}/gu, "\ufffd");

/** The hosts of the machine itself, with or without a port. RFC 8252 sections 7.3 and 8.3. */
const LOOPBACK = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(?=[/?]|$)/;

/**
 * Returns whether a URI equals the registered one, character by character (RFC 9700 section 2.1).
 * On a loopback address a native app may use any port (RFC 8252 section 7.3).
 */
export function matchesRedirectUri(registered: string, uri: string, portIsFree: boolean): boolean {
  if (registered === uri) return true;
  if (uri.length > MAX_LENGTH || !portIsFree) return false;
  if (!LOOPBACK.test(registered) || !LOOPBACK.test(uri)) return false;
  return registered.replace(LOOPBACK, "$1") === uri.replace(LOOPBACK, "$1");
}
