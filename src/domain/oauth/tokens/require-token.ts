import { IdentityError } from "../../errors.ts";

/** Rejects a request without a token: RFC 7662 section 2.1 and RFC 7009 section 2.1. */
export function requireToken(token: string): void {
  if (token.trim() === "") throw new IdentityError("OAUTH_REQUEST_INVALID", "token is required.");
}
