import { hasPlainHost } from "../redirect-uris.ts";

/** The most characters of an address. */
export const MAX_SETTINGS_URI = 2048;
const LOOPBACK_HOST = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?=[/?#]|$)/;

interface UriRules {
  /** Whether http is allowed on this machine, for development; `outbound/` decides when to call. */
  readonly loopback: boolean;
  readonly fragment: boolean;
}

/** Returns what is wrong with an address, as the rest of a sentence. */
export function uriFault(uri: string, { loopback, fragment }: UriRules): string | undefined {
  if (uri.length > MAX_SETTINGS_URI) return `is longer than ${MAX_SETTINGS_URI} characters`;
  const isAllowed =
    /^[\x21-\x7e]+$/.test(uri) &&
    !/[\\<>"{}|^`]/.test(uri) &&
    !/^https?:\/\/[^/?#]*@/i.test(uri) &&
    (uri.startsWith("https://") || (loopback && LOOPBACK_HOST.test(uri))) &&
    hasPlainHost(uri.replace(/#.*$/s, ""));
  if (!isAllowed)
    return loopback
      ? "is not an https address; http is for localhost, 127.0.0.1 and [::1] only"
      : "is not an https address";
  return !fragment && uri.includes("#") ? "has a fragment" : undefined;
}
