import { Answers } from "../domain/idempotency/answers.ts";
import { ForeignSecrets } from "../domain/oauth/clients/foreign-secrets.ts";
import { PasswordHasher } from "../domain/passwords/hasher.ts";
import { defaultLimits } from "../domain/security/sign-in-counters.ts";
import { SignInRateLimiter } from "../domain/security/sign-in-rate-limiter.ts";
import { deriveKey } from "../domain/security/secrets.ts";
import { SealedTexts } from "../domain/security/sealed-texts.ts";
import { PageTokens, SignedValues } from "../domain/security/signed-values.ts";
import type { DomainDependencies } from "./dependencies.ts";

export type Security = Awaited<ReturnType<typeof createSecurity>>;

/** Builds what every feature uses to hash, sign and count. */
export async function createSecurity({
  config,
  store,
  clock,
  secret,
  instrumentation,
  loadArgon2,
  hasher: given,
}: DomainDependencies) {
  const sealedTexts = new SealedTexts(deriveKey(secret, "sealed-text"), clock);
  const plain =
    given ?? (await PasswordHasher.create(config.hashLanes, instrumentation, loadArgon2));
  const hasher = plain.withSeals(sealedTexts);
  const pageTokens = new PageTokens(deriveKey(secret, "page-token"));
  const limits = {
    account: { ...defaultLimits.account, tries: config.accountFailures },
    network: { ...defaultLimits.network, tries: config.networkFailures },
  };
  const rateLimiter = new SignInRateLimiter({ store, clock, limits });
  const signedValues = new SignedValues(deriveKey(secret, "seal"), clock);
  const foreignSecrets = new ForeignSecrets(sealedTexts);
  const answers = new Answers({
    store,
    clock,
    key: deriveKey(secret, "repeated-request"),
  });
  return { hasher, pageTokens, rateLimiter, signedValues, sealedTexts, foreignSecrets, answers };
}
