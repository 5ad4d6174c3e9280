import { DOCUMENTED_APIS } from "../config/documented-apis.ts";
import { DAY } from "../domain/durations.ts";
import { Moves } from "../domain/predecessor/reports/moves.ts";
import type { RequestContext } from "../domain/request-context.ts";
import { StateExport } from "../domain/state/state-export.ts";
import { StateImport, type StateImportPlan } from "../domain/state/state-import.ts";
import { undoImport, type Undone } from "../domain/state/undo.ts";
import { clientRulesOf } from "./client-rules.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { OAuth } from "./oauth.ts";
import type { PredecessorParts } from "./predecessor.ts";
import type { Security } from "./security.ts";

/** Builds what moves everything in and out. */
export function createState(
  { config, store, clock, issuer }: DomainDependencies,
  {
    hasher,
    foreignSecrets,
    derivedSecrets,
    predecessorReports,
  }: Security & OAuth & PredecessorParts,
) {
  const rules = clientRulesOf(config);
  const realmOf = (api: string): string | undefined => {
    const found = DOCUMENTED_APIS.find(({ name }) => name === api);
    return found && config.apis[found.name].realm;
  };
  const apis = DOCUMENTED_APIS.map(({ name }) => ({
    name,
    realm: config.apis[name].realm,
    hasPredecessor: config.apis[name].predecessor !== undefined,
  }));
  const shared = { store, clock, foreignSecrets, derivedSecrets, realmOf };
  const unusedClientMs = config.clientRegistration.unusedDays * DAY;
  return {
    openStateImport: (plan: StateImportPlan): Promise<StateImport> =>
      StateImport.open({ ...shared, hasher, rules, issuer, unusedClientMs }, plan),
    undoImport: (context: RequestContext, batch: string): Promise<Undone> =>
      undoImport({ store, clock }, context, batch),
    moves: new Moves({ store, clock, apis, predecessorReports }),
    stateExport: new StateExport({ ...shared, hasher }),
  };
}
