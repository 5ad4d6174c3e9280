import { IdentityError } from "../../errors.ts";

/** The scopes that a user can grant to a client. */
export const USER_SCOPES = [
  "openid",
  "profile",
  "email",
  "phone",
  "address",
  "groups",
  "offline_access",
] as const;
export type UserScope = (typeof USER_SCOPES)[number];

/** The scope that asks for an ID token, OpenID Connect Core section 3.1.2.1. */
export const OPENID: UserScope = "openid";

/** The scope that includes all others of a client that acts for itself. */
export const EVERY_SCOPE = "admin";

/** The scopes of a client that acts for itself. An administrator gives them. */
export const CLIENT_SCOPES = [
  "users.read",
  "users.write",
  "users.revoke",
  "groups.read",
  "groups.write",
  "clients.read",
  "clients.write",
  "branding.read",
  "branding.write",
  "introspect",
  "audit.read",
  "predecessors.read",
  "predecessors.write",
  "resources.read",
  "resources.write",
  EVERY_SCOPE,
] as const;
export type ClientScope = (typeof CLIENT_SCOPES)[number];

/**
 * The scopes of OpenID Connect Core sections 5.4 and 11. Libraries ask for them unasked, also for
 * clients that may not have them.
 */
const OPENID_SCOPES: readonly string[] = [OPENID, "email", "address", "phone", "offline_access"];
/** The scope that lets a client without `openid` identify the user. */
const IDENTIFYING: UserScope = "profile";

/** The most characters of a list of scopes, as in the contract. */
const MAX_SCOPE = 8192;

/** RFC 6749 appendix A.4. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const invalid = (message: string): IdentityError => new IdentityError("SCOPE_INVALID", message);

/**
 * Parses a space-separated list (RFC 6749 section 3.3) and returns each scope once. Surplus spaces
 * have no meaning.
 */
function parseScope(text: string): readonly string[] {
  if (text.length > MAX_SCOPE) throw invalid(`scope is longer than ${MAX_SCOPE} characters.`);
  const scopes = [...new Set(text.split(" "))].filter((scope) => scope !== "");
  if (!scopes.every((scope) => SCOPE_TOKEN.test(scope)))
    throw invalid("scope contains a character that is not allowed (RFC 6749 section 3.3).");
  return scopes;
}

/**
 * Returns the requested scopes that are allowed (RFC 6749 section 3.3). If none is requested, it
 * returns `byDefault`. If only scopes of OpenID Connect are, the client gets the scope that
 * identifies the user. Rejects a request of which nothing is left.
 */
export function narrowScopes(
  asked: string,
  allowed: readonly string[],
  byDefault: readonly string[] = allowed,
): readonly string[] {
  const scopes = parseScope(asked);
  if (scopes.length === 0) return byDefault;
  const kept = scopes.filter((scope) => allowed.includes(scope));
  if (kept.length > 0) return kept;
  if (scopes.some((scope) => OPENID_SCOPES.includes(scope)))
    return allowed.includes(IDENTIFYING) ? [IDENTIFYING] : byDefault;
  throw invalid(
    allowed.length === 0
      ? "scope names nothing that this client may have; leave it out."
      : `scope names nothing that this client may have, which is ${allowed.join(" ")}.`,
  );
}

/**
 * Rejects a scope that was not granted: a refresh must not widen access (RFC 6749 section 6).
 * Libraries repeat the list of the authorization request, so user scopes that the client may not
 * have are left to `narrowScopes`, as there, with the scopes that are unknown here.
 */
export function requireGranted(
  asked: string,
  granted: readonly string[],
  clientScopes: readonly string[],
): void {
  const wide = parseScope(asked).find(
    (scope) => (clientScopes.includes(scope) || isClientScope(scope)) && !granted.includes(scope),
  );
  if (wide !== undefined)
    throw invalid(`scope contains ${wide}, which was not granted; ask for fewer scopes or none.`);
}

/** Returns all scopes that a client that acts for itself may ask for. */
export const clientScopesOf = (scopes: readonly string[]): readonly string[] =>
  CLIENT_SCOPES.filter((scope) => holdsScope(scopes, scope));

/** Returns whether a token of the client still has this scope. */
export const keepsScope = (clientScopes: readonly string[], scope: string): boolean =>
  isClientScope(scope) ? holdsScope(clientScopes, scope) : clientScopes.includes(scope);

/** Returns whether the scopes of a client that acts for itself include this one. */
export const holdsScope = (scopes: readonly string[], scope: string): boolean =>
  scopes.includes(scope) || scopes.includes(EVERY_SCOPE);

/** Returns whether a scope has a meaning of this server, so that no resource can have it. */
export const isReservedScope = (scope: string): boolean =>
  isUserScope(scope) || isClientScope(scope) || OPENID_SCOPES.includes(scope);

export const isUserScope = (scope: string): boolean =>
  (USER_SCOPES as readonly string[]).includes(scope);
export const isClientScope = (scope: string): boolean =>
  (CLIENT_SCOPES as readonly string[]).includes(scope);
