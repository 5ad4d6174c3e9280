import type { Config } from "../config/settings.ts";
import type { ClientRules } from "../domain/oauth/clients/client-rules.ts";
import { Realms } from "../domain/oauth/clients/realms.ts";

/**
 * Returns what the domain has to know of the documented APIs: capabilities by name. The domain
 * itself names none of them.
 */
export const clientRulesOf = ({ kokids, secretpair, zimoxy, senler }: Config): ClientRules => ({
  apis: ["kokids", "secretpair", "zimoxy", "senler"],
  givenApis: zimoxy.keys === "self" ? [] : ["zimoxy"],
  derivedSecretApis: ["secretpair"],
  realms: new Realms({
    kokids: kokids.realm,
    secretpair: secretpair.realm,
    zimoxy: zimoxy.realm,
    senler: senler.realm,
  }),
});
