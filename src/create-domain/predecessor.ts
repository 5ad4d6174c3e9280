import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import { Observations } from "../domain/predecessor/observations.ts";
import { PredecessorReports } from "../domain/predecessor/report.ts";
import { Stages } from "../domain/predecessor/stages.ts";
import type { DomainDependencies } from "./dependencies.ts";

/** Builds what an owner uses who moves from another server. */
export async function createPredecessor({ config, store, clock }: DomainDependencies) {
  const apis = DOCUMENTED_APIS.map(({ name }) => name).filter(
    (name) => config.apis[name].predecessor !== undefined,
  );
  const stages = new Stages({ store, clock, apis });
  await stages.refresh();
  return {
    stages,
    observations: new Observations({ store, clock }),
    predecessorReports: new PredecessorReports({ store, clock, stages }),
  };
}
