import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import { type Config, realmsOf } from "../config/settings.ts";
import type { ClientRules } from "../domain/oauth/clients/client-rules.ts";
import { Realms } from "../domain/oauth/clients/realms.ts";

/**
 * Returns what the domain has to know of the documented APIs: capabilities by name. The domain
 * itself names none of them.
 */
export function clientRulesOf(config: Config): ClientRules {
  const apis = DOCUMENTED_APIS.map(({ name }) => name);
  return {
    apis,
    givenApis: apis.filter((name) => config.apis[name].keys === "administrator"),
    derivedSecretApis: ["secretpair"],
    realms: new Realms(realmsOf(config)),
  };
}
