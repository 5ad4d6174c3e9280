import { AccountDeletion } from "../domain/accounts/account-deletion.ts";
import { EmailVerification } from "../domain/accounts/email-verification.ts";
import { PasswordReset } from "../domain/accounts/password-reset.ts";
import { PendingSignUps } from "../domain/accounts/pending-sign-ups.ts";
import { Profiles } from "../domain/accounts/profile.ts";
import { Registrations } from "../domain/accounts/registrations.ts";
import { SignUp } from "../domain/accounts/sign-up.ts";
import { type ImportPlan, UserImport } from "../domain/accounts/user-imports.ts";
import { Users } from "../domain/accounts/users.ts";
import { EmailTokens } from "../domain/email/email-tokens.ts";
import { noMailer } from "../domain/email/mailer.ts";
import { SignIn } from "../domain/sign-in/sign-in.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type Accounts = ReturnType<typeof createAccounts>;

/** Builds the life of an account: sign-up, sign-in, change, deletion and import. */
export function createAccounts(
  { config, store, clock, mailer = noMailer, instrumentation }: DomainDependencies,
  { hasher, pageTokens, rateLimiter, signedValues }: Security,
) {
  const users = new Users(store, clock, hasher, pageTokens, mailer);
  const registrations = new Registrations(store, clock, hasher, users, config.registrations);
  const signIn = new SignIn(store, clock, hasher, rateLimiter, mailer, instrumentation);
  const openImport = (plan: ImportPlan): Promise<UserImport> =>
    UserImport.open(store, clock, hasher, plan);
  const links = new EmailTokens(store, clock);
  const emailVerification = new EmailVerification(store, clock, signIn, links, mailer);
  const profiles = new Profiles(clock, users, emailVerification);
  const pendingSignUps = new PendingSignUps(store, clock, hasher, rateLimiter);
  const passwordReset = new PasswordReset(
    store,
    clock,
    hasher,
    rateLimiter,
    links,
    mailer,
    pendingSignUps,
  );
  const signUp = new SignUp(store, clock, users, registrations, {
    verification: emailVerification,
    pending: pendingSignUps,
    mailer,
    confirms: config.signUpConfirmation,
  });
  const accountDeletion = new AccountDeletion(clock, signIn, users, signedValues);
  return {
    users,
    registrations,
    signIn,
    openImport,
    emailVerification,
    profiles,
    pendingSignUps,
    passwordReset,
    signUp,
    accountDeletion,
  };
}
