import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import { Observations } from "../domain/predecessor/observations.ts";
import { PredecessorReports } from "../domain/predecessor/report.ts";
import { Learning } from "../domain/predecessor/learning.ts";
import { LearntKeys } from "../domain/predecessor/learnt-keys.ts";
import { Ownership } from "../domain/predecessor/ownership.ts";
import { Stages } from "../domain/predecessor/stages.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { OAuth } from "./oauth.ts";
import type { Security } from "./security.ts";

/** Builds what an owner uses who moves from another server. */
export async function createPredecessor(
  { config, store, clock }: DomainDependencies,
  { hasher, rateLimiter, foreignSecrets }: Security & OAuth,
) {
  const apis = DOCUMENTED_APIS.map(({ name }) => name).filter(
    (name) => config.apis[name].predecessor !== undefined,
  );
  const stages = new Stages({ store, clock, apis });
  await stages.refresh();
  const ownership = new Ownership(store);
  const learntKeys = new LearntKeys({ store, clock, foreignSecrets });
  return {
    stages,
    ownership,
    learning: new Learning({ store, clock, hasher, rateLimiter, ownership, learntKeys }),
    observations: new Observations({ store, clock }),
    predecessorReports: new PredecessorReports({ store, clock, stages }),
  };
}
