import { SigningKeys } from "../domain/oauth/tokens/signing-keys.ts";
import { deriveKey } from "../domain/security/secrets.ts";
import { jwtSessionToken } from "../domain/sessions/session-tokens.ts";
import { Sessions } from "../domain/sessions/sessions.ts";
import type { Accounts } from "./accounts.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type SessionParts = Awaited<ReturnType<typeof createSessions>>;

/** Builds the sessions of users. The first process on a database also makes its signing key. */
export async function createSessions(
  { store, clock, secret, issuer }: DomainDependencies,
  { pageTokens, signIn }: Security & Accounts,
) {
  const signingKeys = new SigningKeys(store, clock, deriveKey(secret, "signing-key"));
  await signingKeys.ensure();
  const tokens = { secretpair: jwtSessionToken(signingKeys, issuer) };
  const sessions = new Sessions({ store, clock, signIn, pageTokens, tokens });
  return { signingKeys, sessions };
}
