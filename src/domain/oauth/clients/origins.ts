// The origins (RFC 6454) whose pages may call this server with tokens of their own. A browser sends
// none of our cookies along, so an origin gains nothing but to read its own answers.
import { invalidField } from "../../errors.ts";
import type { Client } from "../../model.ts";

/** The same limits as in the contract. */
export const MAX_ORIGINS = 20;
export const MAX_ORIGIN_CHARACTERS = 300;

/** A scheme, a host that every parser reads alike, and a port. */
const ORIGIN = /^https?:\/\/(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/** Ends the key of a loopback host whose pages may have any port (RFC 8252 section 7.3). */
const ANY_PORT = ":*";

/**
 * Returns whether a text is an origin as browsers send it: scheme, host and perhaps a port, in
 * lower case, without the scheme's own port.
 */
export const isOrigin = (text: string): boolean =>
  text.length <= MAX_ORIGIN_CHARACTERS && ORIGIN.test(text) && URL.parse(text)?.origin === text;

/** Rejects a list with a text that is no origin. */
export function checkOrigins(origins: readonly string[]): void {
  if (origins.length > MAX_ORIGINS)
    throw invalidField("allowed_origins", `are more than ${MAX_ORIGINS}`);
  if (origins.every(isOrigin)) return;
  throw invalidField(
    "allowed_origins",
    "must contain only origins such as https://app.example or http://localhost:5173: a scheme, a " +
      "host and a port, and nothing else",
  );
}

/** Returns the key of a plain-http loopback origin with any port; undefined for other origins. */
const loopbackKey = (origin: string): string | undefined => {
  const host = /^(http:\/\/(?:localhost|127\.0\.0\.1|\[::1\]))(?::\d{1,5})?$/.exec(origin)?.[1];
  return host === undefined ? undefined : host + ANY_PORT;
};

/**
 * Returns the keys under which a client's origins are stored: those of its list and, if the client
 * is public, those of its redirect URIs. A redirect URI of an app's own scheme has no origin.
 */
export function originKeys({
  public: isPublic,
  redirectUris,
  allowedOrigins,
}: Pick<Client, "public" | "redirectUris" | "allowedOrigins">): readonly string[] {
  const ofUris = (isPublic ? redirectUris : []).flatMap((uri) => {
    if (!URL.canParse(uri)) return [];
    const { protocol, origin } = new URL(uri);
    if (protocol === "https:") return isOrigin(origin) ? [origin] : [];
    return loopbackKey(origin) ?? [];
  });
  return [...new Set([...ofUris, ...allowedOrigins])];
}

/** Returns the keys that allow an origin. */
export const keysOf = (origin: string): readonly string[] => {
  const loopback = loopbackKey(origin);
  return loopback === undefined ? [origin] : [origin, loopback];
};
