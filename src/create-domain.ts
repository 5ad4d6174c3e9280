// The parts of the domain, wired: the server and the commands use the same ones. It owns which part
// gets which, and must not know how any of them works or who calls them.
import { isIP } from "node:net";
import type { Config } from "./config/settings.ts";
import { KokidsAccounts } from "./domain/legacy/kokids-accounts.ts";
import { AuditTrail } from "./domain/administration/audit-trail.ts";
import { AdminQueries } from "./domain/administration/admin-queries.ts";
import { AdminActions } from "./domain/administration/admin-actions.ts";
import { Authentication } from "./domain/sessions/authentication.ts";
import type { Clock } from "./domain/clock.ts";
import { Communities } from "./domain/groups/communities.ts";
import { EmailVerification } from "./domain/accounts/email-verification.ts";
import { Groups } from "./domain/groups/groups.ts";
import { type Mailer, noMailer } from "./domain/email/mailer.ts";
import { EmailTokens } from "./domain/email/email-tokens.ts";
import { Access } from "./domain/oauth/tokens/access-tokens.ts";
import { ApiRequests } from "./domain/oauth/clients/api-requests.ts";
import { AuthorizationService } from "./domain/oauth/authorization/authorization-service.ts";
import { ClientAuthentication } from "./domain/oauth/clients/client-authentication.ts";
import { ClientUsage } from "./domain/oauth/clients/client-usage.ts";
import { Clients } from "./domain/oauth/clients/clients.ts";
import { DerivedSecrets } from "./domain/oauth/clients/derived-secrets.ts";
import type { AuthorizationRequestParser } from "./domain/oauth/authorization/checked-authorization.ts";
import { AuthorizationFlow } from "./domain/oauth/authorization/flow.ts";
import { senlerRequest } from "./domain/oauth/authorization/senler-request.ts";
import { secretpairRequest } from "./domain/oauth/authorization/secretpair-request.ts";
import { oauth2Request } from "./domain/oauth/authorization/oauth2-request.ts";
import { GroupKeys } from "./domain/legacy/group-keys.ts";
import { Realms } from "./domain/oauth/clients/realms.ts";
import { SecretPairs } from "./domain/legacy/secret-pairs.ts";
import { TokenEndpoint } from "./domain/oauth/tokens/token-endpoint.ts";
import type { Instrumentation } from "./domain/instrumentation.ts";
import { PageTokens } from "./domain/security/signed-values.ts";
import { PartnerRegistration } from "./domain/legacy/partner-registration.ts";
import { PasswordReset } from "./domain/accounts/password-reset.ts";
import { PasswordHasher } from "./domain/passwords/hasher.ts";
import { PendingSignUps } from "./domain/accounts/pending-sign-ups.ts";
import { Profiles } from "./domain/accounts/profile.ts";
import { Registrations } from "./domain/accounts/registrations.ts";
import { SignedValues } from "./domain/security/signed-values.ts";
import { deriveKey } from "./domain/security/secrets.ts";
import { jwtSessionToken } from "./domain/sessions/session-tokens.ts";
import { Sessions } from "./domain/sessions/sessions.ts";
import { PasswordCheck } from "./domain/sign-in/password-check.ts";
import { PasswordChange } from "./domain/accounts/change-password.ts";
import { SignIn } from "./domain/sign-in/sign-in.ts";
import { SignUp } from "./domain/accounts/sign-up.ts";
import { SigningKeys } from "./domain/oauth/tokens/signing-keys.ts";
import type { Store } from "./domain/store.ts";
import { defaultLimits } from "./domain/security/sign-in-counters.ts";
import { SignInRateLimiter } from "./domain/security/sign-in-rate-limiter.ts";
import { type ImportPlan, UserImport } from "./domain/accounts/import/user-imports.ts";
import { Users } from "./domain/accounts/users.ts";
import { AccountDeletion } from "./domain/accounts/account-deletion.ts";

/** What the process gives the domain. */
export interface DomainDependencies {
  readonly config: Config;
  readonly store: Store;
  readonly clock: Clock;
  /** The way of letters to users; absent for programs that write none. */
  readonly mailer?: Mailer;
  /** The server's secret. */
  readonly secret: string;
  /** Where the outside reaches the server. */
  readonly issuer: string;
  readonly instrumentation?: Instrumentation | undefined;
}

/** Every part by its name. */
export type Domain = Awaited<ReturnType<typeof createDomain>>;

/** Builds them all; the first on a database also makes its signing key. */
export async function createDomain({
  config,
  store,
  clock,
  mailer = noMailer,
  secret,
  issuer,
  instrumentation,
}: DomainDependencies) {
  const hasher = await PasswordHasher.create(config.hashLanes, instrumentation);
  const pageTokens = new PageTokens(deriveKey(secret, "page-token"));
  const signingKeys = new SigningKeys(store, clock, deriveKey(secret, "signing-key"));
  await signingKeys.ensure();
  const rateLimiter = new SignInRateLimiter({
    store,
    clock,
    limits: {
      account: { ...defaultLimits.account, tries: config.accountFailures },
      network: { ...defaultLimits.network, tries: config.networkFailures },
    },
  });
  const realms = new Realms({
    kokids: config.kokids.realm,
    secretpair: config.secretpair.realm,
    zimoxy: config.zimoxy.realm,
    senler: config.senler.realm,
  });
  const users = new Users({ store, clock, hasher, pageTokens, mailer });
  const registrations = new Registrations({
    store,
    clock,
    hasher,
    users,
    tries: config.registrations,
  });
  const passwordCheck = new PasswordCheck({ store, clock, hasher, rateLimiter });
  const signIn = new SignIn({ store, clock, passwordCheck, instrumentation });
  const passwordChange = new PasswordChange({ store, clock, passwordCheck, mailer });
  const tokens = { secretpair: jwtSessionToken(signingKeys, issuer) };
  const sessions = new Sessions({ store, clock, signIn, pageTokens, tokens });
  const openImport = (plan: ImportPlan): Promise<UserImport> =>
    UserImport.open({ store, clock, hasher }, plan);
  const groups = new Groups({ store, clock, pageTokens });
  const communities = new Communities({ store, clock, groups });
  const derivedSecrets = new DerivedSecrets(deriveKey(secret, "client-secret"));
  const clientRules = {
    apis: ["kokids", "secretpair", "zimoxy", "senler"],
    givenApis: config.zimoxy.keys === "self" ? [] : ["zimoxy"],
    realms,
  };
  const clients = new Clients(store, clock, pageTokens, derivedSecrets, clientRules);
  const apiRequests = new ApiRequests(store, clock, clientRules);
  const clientAccess = new ClientUsage(store, clock, clients);
  const clientAuthentication = new ClientAuthentication(store, clock);
  const access = new Access(store, clock, sessions, clientAuthentication, pageTokens, realms);
  const authentication = new Authentication(sessions, access);
  const accounts = new KokidsAccounts(store, clock, users, authentication);
  const authorizing = new AuthorizationService(
    store,
    clock,
    groups,
    issuer,
    realms,
    config.senler.enabled,
  );
  const tokenEndpoint = new TokenEndpoint(
    store,
    clock,
    clientAuthentication,
    realms,
    instrumentation,
  );
  const secretPairs = new SecretPairs(store, clock, clientAuthentication, derivedSecrets, realms, {
    api: "secretpair",
    ...config.secretpair,
  });
  const partners = new PartnerRegistration(store, clock, users, registrations, signIn, {
    api: "zimoxy",
    realm: config.zimoxy.realm,
    realms,
    isAddress: (text) => isIP(text) !== 0,
  });
  const groupKeys = new GroupKeys(store, clock, clientAuthentication, realms);
  const signedValues = new SignedValues(deriveKey(secret, "seal"), clock);
  const emailTokens = new EmailTokens(store, clock);
  const emailVerification = new EmailVerification({
    store,
    clock,
    signIn,
    passwordCheck,
    emailTokens,
    mailer,
  });
  const profiles = new Profiles({ clock, users, emailVerification });
  const pendingSignUps = new PendingSignUps({ store, clock, hasher, rateLimiter });
  const passwordReset = new PasswordReset({
    store,
    clock,
    hasher,
    rateLimiter,
    emailTokens,
    mailer,
    pendingSignUps,
  });
  const signUp = new SignUp({
    store,
    clock,
    users,
    registrations,
    emailVerification,
    pendingSignUps,
    mailer,
    confirms: config.signUpConfirmation,
  });
  const accountDeletion = new AccountDeletion({ clock, passwordCheck, users, signedValues });
  const parsers = new Map<string, AuthorizationRequestParser>([
    ["oauth2", oauth2Request(authorizing, issuer)],
    ...(config.secretpair.enabled
      ? [["secretpair", secretpairRequest(secretPairs, config.secretpair.realm)] as const]
      : []),
    ...(config.senler.enabled ? [["senler", senlerRequest(authorizing, "senler")] as const] : []),
  ]);
  const flow = new AuthorizationFlow(store, clock, groups, signedValues, parsers);
  const auditTrail = new AuditTrail(store, pageTokens);
  const adminQueries = new AdminQueries(store, clock, pageTokens, {
    sessions,
    access,
    groups,
    clients,
    rateLimiter,
  });
  const adminActions = new AdminActions(store, clock, users, rateLimiter);
  return {
    apiRequests,
    auditTrail,
    adminQueries,
    adminActions,
    hasher,
    openImport,
    signedValues,
    accountDeletion,
    emailVerification,
    passwordChange,
    passwordReset,
    pendingSignUps,
    profiles,
    signUp,
    flow,
    users,
    registrations,
    signIn,
    sessions,
    groups,
    communities,
    clients,
    clientAccess,
    access,
    authentication,
    accounts,
    authorize: authorizing,
    tokenEndpoint,
    signingKeys,
    secretPairs,
    partners,
    groupKeys,
  };
}
