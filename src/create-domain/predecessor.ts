import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import { countedPort } from "../domain/predecessor/counted-port.ts";
import { Fallback } from "../domain/predecessor/fallback.ts";
import { Observations } from "../domain/predecessor/observations.ts";
import { PredecessorReports } from "../domain/predecessor/reports/report.ts";
import { Learning } from "../domain/predecessor/learning.ts";
import { LearntKeys } from "../domain/predecessor/learnt-keys.ts";
import { FormerIdentifiers } from "../domain/predecessor/former-identifiers.ts";
import { deriveKey } from "../domain/security/secrets.ts";
import { ForwardedLimits } from "../domain/predecessor/forwarded-limits.ts";
import { Ownership } from "../domain/predecessor/ownership.ts";
import { ClientAuthentication } from "../domain/oauth/clients/client-authentication.ts";
import { VolatileFields } from "../domain/predecessor/volatile-fields.ts";
import { Stages } from "../domain/predecessor/stages.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { Security } from "./security.ts";

export type PredecessorParts = Awaited<ReturnType<typeof createPredecessor>>;

/** Builds what an owner uses who moves from another server. */
export async function createPredecessor(
  { config, store, clock, secret, predecessorPort: port }: DomainDependencies,
  { hasher, rateLimiter, foreignSecrets }: Security,
) {
  const apis = DOCUMENTED_APIS.filter(({ name }) => {
    const { enabled, predecessor } = config.apis[name];
    return enabled && predecessor !== undefined;
  }).map(({ name }) => ({ name, realm: config.apis[name].realm }));
  const stages = new Stages({ store, clock, apis: apis.map(({ name }) => name) });
  await stages.refresh();
  const volatileFields = new VolatileFields(store);
  const former = new FormerIdentifiers(store, deriveKey(secret, "former-identifier"));
  const ownership = new Ownership(store, { clock, former });
  const learntKeys = new LearntKeys({ store, clock, foreignSecrets });
  const learning = new Learning({ store, clock, hasher, rateLimiter, learntKeys, former });
  const observations = new Observations({ store, clock, stages });
  const counted = port && countedPort(port, (ask) => observations.asked(ask));
  const fallback =
    counted && new Fallback({ stages, learning, former, clock, port: counted, apis });
  return {
    volatileFields,
    stages,
    ownership,
    learning,
    fallback,
    forwardedLimits: new ForwardedLimits({
      store,
      rateLimiter,
      clientAuthentication: new ClientAuthentication(store, clock),
    }),
    observations,
    predecessorReports: new PredecessorReports({ store, clock, stages }),
  };
}
