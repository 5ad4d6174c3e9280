/**
 * Returns what pages show of a redirect URI: its host, or its private-use scheme. What follows such
 * a scheme is no host, also after two slashes.
 */
export function shownDestination(uri: string): string {
  const { protocol, host } = new URL(uri);
  return /^https?:$/.test(protocol) ? host : protocol;
}

/** Returns what pages show of the URI of a resource: all of it but the usual schemes. */
export const shownResourceUri = (uri: string): string => uri.replace(/^https?:\/\//i, "");

/** Returns the destinations of a client, each once. */
export const shownDestinations = (uris: readonly string[]): string =>
  [...new Set(uris.map(shownDestination))].join(", ");
