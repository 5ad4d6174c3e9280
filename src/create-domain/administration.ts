import { AdminActions } from "../domain/administration/admin-actions.ts";
import { AdminQueries } from "../domain/administration/admin-queries.ts";
import { ClientQueries } from "../domain/administration/client-queries.ts";
import { OriginQueries } from "../domain/administration/origin-queries.ts";
import { UserDirectory } from "../domain/administration/user-directory.ts";
import { UserAdministration } from "../domain/administration/user-administration.ts";
import { UserLists } from "../domain/accounts/lists/user-lists.ts";
import { AuditRollup } from "../domain/administration/statistics/audit-rollup.ts";
import { Statistics } from "../domain/administration/statistics/statistics.ts";
import { TableCounter } from "../domain/administration/statistics/table-counter.ts";
import { AuditTrail } from "../domain/administration/audit-trail.ts";
import { UserTokens } from "../domain/oauth/tokens/user-tokens.ts";
import type { Accounts } from "./accounts.ts";
import type { DomainDependencies } from "./dependencies.ts";
import type { GroupParts } from "./groups.ts";
import type { OAuth } from "./oauth.ts";
import type { Security } from "./security.ts";
import type { SessionParts } from "./sessions.ts";

/** Builds what administrators do in a browser, and what clients do in their place. */
export function createAdministration(
  { config, store, clock, issuer }: DomainDependencies,
  {
    pageTokens,
    rateLimiter,
    answers,
    users,
    passwordReset,
    sessions,
    consents,
    groups,
    clients,
    clientList,
    realms,
  }: Security & Accounts & SessionParts & GroupParts & OAuth,
) {
  const auditTrail = new AuditTrail(store, pageTokens, config.auditRetentionDays);
  const adminQueries = new AdminQueries({
    store,
    clock,
    sessions,
    consents,
    groups,
    clients,
    rateLimiter,
  });
  const originQueries = new OriginQueries(store, pageTokens);
  const userLists = new UserLists(store, clock, pageTokens);
  const userDirectory = new UserDirectory(store, clock, userLists);
  const userAdministration = new UserAdministration({
    store,
    clock,
    users,
    passwordReset,
    rateLimiter,
    answers,
  });
  const adminActions = new AdminActions({ store, clock, users, userAdministration });
  const clientQueries = new ClientQueries(store, clientList);
  const auditRollup = new AuditRollup(store, clock);
  const tableCounter = new TableCounter(store, clock);
  const statistics = new Statistics(store, clock, tableCounter);
  return {
    auditTrail,
    adminQueries,
    clientQueries,
    originQueries,
    userLists,
    userDirectory,
    userAdministration,
    userTokens: new UserTokens({ store, users, realms, issuer }),
    adminActions,
    auditRollup,
    tableCounter,
    statistics,
  };
}
