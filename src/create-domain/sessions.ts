import { SigningKeys } from "../domain/oauth/tokens/signing-keys.ts";
import { deriveKey } from "../domain/security/secrets.ts";
import { ForeignTokens } from "../domain/sessions/foreign-tokens.ts";
import { jwtSessionToken, sharedKeyToken } from "../domain/sessions/session-tokens.ts";
import { Sessions } from "../domain/sessions/sessions.ts";
import type { Accounts } from "./accounts.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type SessionParts = Awaited<ReturnType<typeof createSessions>>;

/** Builds the sessions of users. The first process on a database also makes its signing keys. */
export async function createSessions(
  { config, store, clock, secret, issuer }: DomainDependencies,
  { pageTokens, signIn }: Security & Accounts,
) {
  const signingKeys = new SigningKeys({
    store,
    clock,
    encryptionKey: deriveKey(secret, "signing-key"),
    rsaBits: config.rsaKeyBits,
  });
  await signingKeys.ensure();
  const { legacyJwt } = config.secretpair;
  const tokens = {
    secretpair:
      legacyJwt?.signs === true
        ? sharedKeyToken(legacyJwt.secret)
        : jwtSessionToken(signingKeys, issuer),
  };
  const foreignTokens =
    legacyJwt &&
    new ForeignTokens(store, clock, {
      ...legacyJwt,
      api: "secretpair",
      realm: config.apis.secretpair.realm,
    });
  const sessions = new Sessions({ store, clock, signIn, pageTokens, tokens, foreignTokens });
  return { signingKeys, sessions };
}
