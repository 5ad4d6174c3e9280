// Builds the domain for the server and for the commands: one builder a feature, in the order in
// which one needs the other.
import { createAccounts } from "./create-domain/accounts.ts";
import { createAdministration } from "./create-domain/administration.ts";
import { createAuthorizationFlow } from "./create-domain/authorization-flow.ts";
import type { DomainDependencies } from "./create-domain/dependencies.ts";
import { createBranding } from "./create-domain/branding.ts";
import { createGroups } from "./create-domain/groups.ts";
import { createLegacy } from "./create-domain/legacy.ts";
import { createOAuth } from "./create-domain/oauth.ts";
import { createPredecessor } from "./create-domain/predecessor.ts";
import { createSecurity } from "./create-domain/security.ts";
import { createSessions } from "./create-domain/sessions.ts";
import { createState } from "./create-domain/state.ts";
import { Authentication } from "./domain/sessions/authentication.ts";

export type { DomainDependencies } from "./create-domain/dependencies.ts";

/** Every part of the domain by its name. */
export type Domain = Awaited<ReturnType<typeof createDomain>>;

/** Builds the domain. On a new database it also makes the first signing key. */
export async function createDomain(dependencies: DomainDependencies) {
  const security = await createSecurity(dependencies);
  const predecessor = await createPredecessor(dependencies, security);
  const accounts = createAccounts(dependencies, { ...security, ...predecessor });
  const sessions = await createSessions(dependencies, { ...security, ...accounts });
  const groups = createGroups(dependencies, security);
  const basis = { ...security, ...predecessor, ...accounts, ...sessions, ...groups };
  const oauth = createOAuth(dependencies, basis);
  const authentication = new Authentication(sessions.sessions, oauth.accessTokens);
  const legacy = createLegacy(dependencies, { ...basis, ...oauth, authentication });
  const parts = { ...basis, ...oauth, ...legacy, authentication };
  return {
    ...parts,
    ...createAuthorizationFlow(dependencies, parts),
    ...createAdministration(dependencies, parts),
    ...createState(dependencies, parts),
    ...(await createBranding(dependencies)),
  };
}
