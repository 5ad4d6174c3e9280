import { IdentityError } from "../../errors.ts";

/** The scopes that a user can grant to a client. */
export const USER_SCOPES = ["profile", "groups"] as const;
export type UserScope = (typeof USER_SCOPES)[number];

/** The scope that includes all others of a client that acts for itself. */
export const EVERY_SCOPE = "admin";

/** The scopes of a client that acts for itself. An administrator gives them. */
export const CLIENT_SCOPES = [
  "users.read",
  "users.write",
  "groups.read",
  "groups.write",
  "clients.read",
  "clients.write",
  "introspect",
  EVERY_SCOPE,
] as const;

/** The limits of the contract: 64 scopes of 128 characters each. */
const MAX_SCOPES = 64;
const MAX_SCOPE = MAX_SCOPES * 129;

/** RFC 6749 appendix A.4. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const invalid = (message: string): IdentityError => new IdentityError("SCOPE_INVALID", message);

/** Parses a space-separated list (RFC 6749 section 3.3) and returns each scope once. */
function parseScope(text: string): readonly string[] {
  if (text === "") return [];
  const scopes = text.length > MAX_SCOPE ? [] : text.split(" ", MAX_SCOPES + 1);
  if (scopes.length === 0 || scopes.length > MAX_SCOPES) throw invalid("Too many scopes.");
  if (!scopes.every((scope) => SCOPE_TOKEN.test(scope)))
    throw invalid("A scope contains a character that is not allowed.");
  return [...new Set(scopes)];
}

/** Returns the requested scopes, or all allowed ones if none is requested. Rejects others. */
export function narrowScopes(asked: string, allowed: readonly string[]): readonly string[] {
  const scopes = parseScope(asked);
  if (scopes.length === 0) return allowed;
  if (!scopes.every((scope) => allowed.includes(scope)))
    throw invalid("A scope is unknown, or the client may not have it.");
  return scopes;
}

/** Returns whether the scopes of a client that acts for itself include this one. */
export const holdsScope = (scopes: readonly string[], scope: string): boolean =>
  scopes.includes(scope) || scopes.includes(EVERY_SCOPE);

export const isUserScope = (scope: string): boolean =>
  (USER_SCOPES as readonly string[]).includes(scope);
export const isClientScope = (scope: string): boolean =>
  (CLIENT_SCOPES as readonly string[]).includes(scope);
