// Scopes: what a client may be allowed. It owns their names and how lists of them are read,
// and must not know who asks.
import { IdentityError } from "../../errors.ts";

/** What a user can let a client do. */
export const USER_SCOPES = ["profile", "groups"] as const;
export type UserScope = (typeof USER_SCOPES)[number];

/** The scope that stands for every other one of a client that acts for itself. */
export const EVERY_SCOPE = "admin";

/** What a client can do for itself, when an administrator has given it the scope. */
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

/** So many at once, each of 128 characters at most, as in the contract. */
const MAX_SCOPES = 64;
const MAX_SCOPE = MAX_SCOPES * 129;

/** RFC 6749 appendix A.4. */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

const invalid = (message: string): IdentityError => new IdentityError("SCOPE_INVALID", message);

/** Reads a space-separated list (RFC 6749 section 3.3); each scope once. */
export function parseScope(text: string): readonly string[] {
  if (text === "") return [];
  const scopes = text.length > MAX_SCOPE ? [] : text.split(" ", MAX_SCOPES + 1);
  if (scopes.length === 0 || scopes.length > MAX_SCOPES) throw invalid("Too many scopes.");
  if (!scopes.every((scope) => SCOPE_TOKEN.test(scope)))
    throw invalid("A scope holds a character that scopes can't have.");
  return [...new Set(scopes)];
}

/**
 * The scopes asked for, each of which must be among those allowed; all of these when none was asked
 * for.
 */
export function narrowScopes(asked: string, allowed: readonly string[]): readonly string[] {
  const scopes = parseScope(asked);
  if (scopes.length === 0) return allowed;
  if (!scopes.every((scope) => allowed.includes(scope)))
    throw invalid("A scope is unknown or more than the client may have.");
  return scopes;
}

/**
 * Whether these scopes of a client that acts for itself hold one, by name or as part of every one.
 */
export const holdsScope = (scopes: readonly string[], scope: string): boolean =>
  scopes.includes(scope) || scopes.includes(EVERY_SCOPE);

export const isUserScope = (scope: string): boolean =>
  (USER_SCOPES as readonly string[]).includes(scope);
export const isClientScope = (scope: string): boolean =>
  (CLIENT_SCOPES as readonly string[]).includes(scope);
