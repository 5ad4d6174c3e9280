import { DAY } from "../domain/durations.ts";
import { AuthorizationService } from "../domain/oauth/authorization/authorization-service.ts";
import { AllowedOrigins } from "../domain/oauth/clients/allowed-origins.ts";
import { ApiRequests } from "../domain/oauth/clients/api-requests.ts";
import { ClientAdministration } from "../domain/oauth/clients/client-administration.ts";
import { ClientAuthentication } from "../domain/oauth/clients/client-authentication.ts";
import { ClientList } from "../domain/oauth/clients/client-list.ts";
import { SectorIdentifiers } from "../domain/oauth/clients/settings/sector-identifiers.ts";
import { ClientUsage } from "../domain/oauth/clients/client-usage.ts";
import { Clients } from "../domain/oauth/clients/clients.ts";
import { DerivedSecrets } from "../domain/oauth/clients/derived-secrets.ts";
import { BackChannelLogout } from "../domain/oauth/logout/back-channel.ts";
import { LogoutRequests } from "../domain/oauth/logout/logout-requests.ts";
import { IdTokenHints } from "../domain/oauth/openid/id-token-hints.ts";
import { IdTokens } from "../domain/oauth/openid/id-tokens.ts";
import { IdTokenSubjects } from "../domain/oauth/openid/id-token-subjects.ts";
import { KnownClaims } from "../domain/oauth/openid/known-claims.ts";
import { Subjects } from "../domain/oauth/openid/subjects.ts";
import { ClientAssertions } from "../domain/oauth/proofs/client-assertions.ts";
import { DpopProofs } from "../domain/oauth/proofs/dpop.ts";
import { ClientKeys } from "../domain/oauth/proofs/client-keys.ts";
import { DeviceAuthorizations } from "../domain/oauth/device/device-authorizations.ts";
import { AccessTokenTexts } from "../domain/oauth/resources/access-token-text.ts";
import { ResourceTargets } from "../domain/oauth/resources/targets.ts";
import { Resources } from "../domain/oauth/resources/resources.ts";
import { ClientDocuments } from "../domain/oauth/documents/client-documents.ts";
import { UserInfo } from "../domain/oauth/openid/user-info.ts";
import { ClientRegistrations } from "../domain/oauth/registration/client-registrations.ts";
import { RegistrationAccess } from "../domain/oauth/registration/registration-access.ts";
import { AccessTokens } from "../domain/oauth/tokens/access-tokens.ts";
import { Consents } from "../domain/oauth/tokens/consents.ts";
import { TokenIntrospection } from "../domain/oauth/tokens/introspection.ts";
import { TokenRevocation } from "../domain/oauth/tokens/revocation.ts";
import { TokenEndpoint } from "../domain/oauth/tokens/token-endpoint.ts";
import { deriveKey } from "../domain/security/secrets.ts";
import { clientRulesOf } from "./client-rules.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { GroupParts } from "./groups.ts";
import type { Security } from "./security.ts";
import type { SessionParts } from "./sessions.ts";

export type OAuth = ReturnType<typeof createOAuth>;

/** Builds the clients, the authorization of clients by users, and the tokens. */
export function createOAuth(
  { config, store, clock, secret, issuer, instrumentation, outbound }: DomainDependencies,
  {
    pageTokens,
    signedValues,
    answers,
    sessions,
    groups,
    signingKeys,
  }: Security & SessionParts & GroupParts,
) {
  const clientRules = clientRulesOf(config);
  const { realms } = clientRules;
  const subjects = new Subjects(deriveKey(secret, "subject"));
  const knownClaims = new KnownClaims(store);
  const idTokens = new IdTokens({ clock, issuer, signer: signingKeys, subjects, knownClaims });
  const idTokenHints = new IdTokenHints(signingKeys, issuer);
  const derivedSecrets = new DerivedSecrets(deriveKey(secret, "client-secret"));
  const allowedOrigins = new AllowedOrigins(store, clock, config.origins);
  const sectorIdentifiers = new SectorIdentifiers(outbound);
  const clients = new Clients({
    store,
    clock,
    pageTokens,
    derivedSecrets,
    rules: clientRules,
    allowedOrigins,
    sectorIdentifiers,
    answers,
  });
  const apiRequests = new ApiRequests(store, clock, clientRules);
  const clientUsage = new ClientUsage(store, clock, clients, clientRules);
  const { mode, perNetwork, unusedDays } = config.clientRegistration;
  const access = new RegistrationAccess({ store, clock, signedValues, mode, perNetwork });
  const dpopProofs = new DpopProofs({ store, clock, issuer });
  const clientDocuments = new ClientDocuments({
    store,
    clock,
    allowedOrigins,
    fetcher: config.clientDocuments.enabled ? outbound : undefined,
    domains: config.clientDocuments.domains,
    unusedMs: unusedDays * DAY,
  });
  const clientKeys = new ClientKeys(clock, outbound, clientDocuments);
  const assertions = new ClientAssertions({ store, clock, issuer, keys: clientKeys });
  const clientAuthentication = new ClientAuthentication(store, clock, assertions);
  const resourceTargets = new ResourceTargets({ store, clock, issuer });
  const accessTokenTexts = new AccessTokenTexts({
    clock,
    signer: signingKeys,
    issuer,
    knownClaims,
  });
  const accessTokens = new AccessTokens({ store, clock, realms, resourceTargets });
  const authorizationService = new AuthorizationService({
    store,
    clock,
    groups,
    issuer,
    realms,
    resourceTargets,
    clientDocuments,
    groupKeyApi: config.apis.senler.enabled ? "senler" : undefined,
  });
  return {
    realms,
    subjects,
    idTokens,
    userInfo: new UserInfo({ store, issuer, signer: signingKeys, subjects, knownClaims }),
    idTokenHints,
    logoutRequests: new LogoutRequests({ store, hints: idTokenHints, subjects, signedValues }),
    backChannelLogout: new BackChannelLogout({
      store,
      clock,
      issuer,
      signer: signingKeys,
      subjects,
      poster: outbound,
    }),
    derivedSecrets,
    clients,
    clientDocuments,
    allowedOrigins,
    clientRegistrations: new ClientRegistrations({
      store,
      clock,
      rules: clientRules,
      allowedOrigins,
      sectorIdentifiers,
      access,
      unusedMs: unusedDays * DAY,
    }),
    apiRequests,
    clientUsage,
    clientList: new ClientList(store, pageTokens),
    clientAdministration: new ClientAdministration(store, clock, clientRules),
    clientAuthentication,
    clientKeys,
    dpopProofs,
    accessTokens,
    authorizationService,
    resources: new Resources({ store, clock, issuer }),
    resourceTargets,
    deviceAuthorizations: new DeviceAuthorizations({
      store,
      clock,
      clientAuthentication,
      realms,
      resourceTargets,
      signedValues,
      issuer,
    }),
    consents: new Consents(store, clock, pageTokens),
    introspection: new TokenIntrospection({
      store,
      clock,
      sessions,
      clientAuthentication,
      accessTokens,
      realms,
      resourceTargets,
    }),
    revocation: new TokenRevocation({ store, clock, sessions, clientAuthentication }),
    tokenEndpoint: new TokenEndpoint({
      store,
      clock,
      clientAuthentication,
      realms,
      idTokens,
      idTokenSubjects: new IdTokenSubjects({
        store,
        clock,
        hints: idTokenHints,
        subjects,
        sessions,
        accessTokens,
      }),
      subjects,
      dpopProofs,
      accessTokens,
      resourceTargets,
      accessTokenTexts,
      answers,
      instrumentation,
    }),
  };
}
