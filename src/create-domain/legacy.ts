import { isIP } from "node:net";
import { GroupKeys } from "../domain/legacy/group-keys.ts";
import { KokidsAccounts } from "../domain/legacy/kokids-accounts.ts";
import { PartnerRegistration } from "../domain/legacy/partner-registration.ts";
import { SecretPairs } from "../domain/legacy/secret-pairs.ts";
import type { Authentication } from "../domain/sessions/authentication.ts";
import type { Accounts } from "./accounts.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { PredecessorParts } from "./predecessor.ts";
import type { Security } from "./security.ts";
import type { OAuth } from "./oauth.ts";

export type Legacy = ReturnType<typeof createLegacy>;

/** Builds what the documented APIs do and the others don't. */
export function createLegacy(
  { config, store, clock }: DomainDependencies,
  {
    users,
    registrations,
    signIn,
    authentication,
    clientAuthentication,
    derivedSecrets,
    foreignSecrets,
    fallback,
    realms,
  }: Accounts & OAuth & Security & PredecessorParts & { readonly authentication: Authentication },
) {
  const { redirectPolicy, secretReveal } = config.secretpair;
  const { realm } = config.apis.secretpair;
  return {
    kokidsAccounts: new KokidsAccounts({
      store,
      clock,
      users,
      authentication,
      elsewhere: fallback,
    }),
    secretPairs: new SecretPairs({
      store,
      clock,
      clientAuthentication,
      derivedSecrets,
      foreignSecrets,
      fallback,
      realms,
      policy: { api: "secretpair", realm, redirectPolicy, secretReveal },
    }),
    partners: new PartnerRegistration({
      store,
      clock,
      users,
      registrations,
      signIn,
      realms,
      api: "zimoxy",
      realm: config.apis.zimoxy.realm,
      // A zone names an interface of one machine, so an address with it says nothing elsewhere.
      isAddress: (text) => isIP(text) !== 0 && !text.includes("%"),
    }),
    groupKeys: new GroupKeys({ store, clock, clientAuthentication, realms }),
  };
}
