import { AccountDeletion } from "../domain/accounts/account-deletion.ts";
import { PasswordChange } from "../domain/accounts/change-password.ts";
import { EmailVerification } from "../domain/accounts/email-verification.ts";
import { PasswordReset } from "../domain/accounts/password-reset.ts";
import { PendingSignUps } from "../domain/accounts/pending-sign-ups.ts";
import { Profiles } from "../domain/accounts/profile.ts";
import { Registrations } from "../domain/accounts/registrations.ts";
import { SignUp } from "../domain/accounts/sign-up.ts";
import { type ImportPlan, UserImport } from "../domain/accounts/import/user-imports.ts";
import { Users } from "../domain/accounts/users.ts";
import { EmailTokens } from "../domain/email/email-tokens.ts";
import { noMailer } from "../domain/email/mailer.ts";
import { NewDeviceLetters } from "../domain/sign-in/new-device.ts";
import { PasswordCheck } from "../domain/sign-in/password-check.ts";
import { VerifiedElsewhere } from "../domain/sign-in/verified-elsewhere.ts";
import { SignIn } from "../domain/sign-in/sign-in.ts";
import { Wrapping } from "../domain/passwords/wrapping.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { PredecessorParts } from "./predecessor.ts";
import type { Security } from "./security.ts";

export type Accounts = ReturnType<typeof createAccounts>;

/** Builds the life of an account: sign-up, sign-in, change, deletion and import. */
export function createAccounts(
  {
    config,
    store,
    clock,
    mailer = noMailer,
    instrumentation,
    passwordVerifier: verifier,
  }: DomainDependencies,
  {
    hasher,
    pageTokens,
    rateLimiter,
    signedValues,
    fallback: elsewhere,
  }: Security & PredecessorParts,
) {
  const shared = { store, clock, mailer };
  const users = new Users({ ...shared, hasher, pageTokens, elsewhere });
  const tries = config.registrations;
  const registrations = new Registrations({ store, clock, hasher, users, tries });
  const sources = [
    ...(elsewhere === undefined ? [] : [elsewhere]),
    ...(verifier === undefined ? [] : [new VerifiedElsewhere({ store, hasher, verifier })]),
  ];
  const passwordCheck = new PasswordCheck({
    store,
    clock,
    hasher,
    rateLimiter,
    sources,
    newDeviceLetters: config.newDeviceLetters ? new NewDeviceLetters(shared) : undefined,
  });
  const signIn = new SignIn({ store, clock, passwordCheck, instrumentation });
  const passwordChange = new PasswordChange({ ...shared, passwordCheck });
  const openImport = (plan: ImportPlan): Promise<UserImport> =>
    UserImport.open({ store, clock, hasher }, plan);
  const wrapping = new Wrapping(store, hasher);
  const emailTokens = new EmailTokens(store, clock);
  const emailVerification = new EmailVerification({
    ...shared,
    signIn,
    passwordCheck,
    emailTokens,
    elsewhere,
  });
  const profiles = new Profiles({ clock, users, emailVerification });
  const pendingSignUps = new PendingSignUps({ store, clock, hasher, rateLimiter });
  const passwordReset = new PasswordReset({
    ...shared,
    hasher,
    rateLimiter,
    emailTokens,
    pendingSignUps,
  });
  const signUp = new SignUp({
    ...shared,
    users,
    registrations,
    emailVerification,
    pendingSignUps,
    confirms: config.signUpConfirmation,
  });
  const accountDeletion = new AccountDeletion({ clock, passwordCheck, users, signedValues });
  return {
    users,
    registrations,
    signIn,
    passwordChange,
    openImport,
    wrapping,
    importedHash: (stored: string): string => hasher.asImported(stored),
    emailVerification,
    profiles,
    pendingSignUps,
    passwordReset,
    signUp,
    accountDeletion,
  };
}
