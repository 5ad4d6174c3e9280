import { callTime } from "../../domain/call-time.ts";
import { type Instrumentation, noInstrumentation } from "../../domain/instrumentation.ts";
import type { Aggregates, Store } from "../../domain/store.ts";
import { AfterCommit } from "./writes/after-commit.ts";
import { answers } from "../tables/tokens/answers.ts";
import { apiRequests } from "../tables/clients/api-requests.ts";
import { attempts } from "../tables/attempts/attempts.ts";
import { audit } from "../tables/audit/audit.ts";
import { brands } from "../tables/brands.ts";
import { clients } from "../tables/clients/clients.ts";
import { checkWritable } from "./check-writable.ts";
import { newId } from "../../domain/ids.ts";
import { systemClock } from "../../domain/clock.ts";
import { pushedRequests } from "../tables/tokens/pushed-requests.ts";
import { codes } from "../tables/tokens/codes.ts";
import { connect, connectionsOf, type StoreOptions } from "./connect.ts";
import type { Database } from "./database.ts";
import { deviceAuthorizations } from "../tables/tokens/device-authorizations.ts";
import { devices } from "../tables/devices.ts";
import { retried, RetryTurns } from "./writes/retries.ts";
import { createRehearsals } from "./writes/rehearsal.ts";
import { grants } from "../tables/grants.ts";
import { groupInvitations } from "../tables/group-invitations.ts";
import { groups } from "../tables/groups.ts";
import { emailTokens } from "../tables/email-tokens.ts";
import { measureTime } from "./mysql/measure-time.ts";
import { leases } from "../tables/maintenance/leases.ts";
import { isMigrated } from "./migrate.ts";
import { observations } from "../tables/predecessor/observations.ts";
import { origins } from "../tables/origins.ts";
import { passwordChecks } from "../tables/password-checks.ts";
import { EXPIRY, purgeExpired } from "../tables/purge.ts";
import { resources } from "../tables/resources.ts";
import { sessions } from "../tables/sessions.ts";
import { state } from "../tables/state/state.ts";
import { signUps } from "../tables/users/sign-ups.ts";
import { formerIdentifiers } from "../tables/predecessor/former-identifiers.ts";
import { statistics } from "../tables/audit/statistics.ts";
import { stages } from "../tables/predecessor/stages.ts";
import { sessionClients } from "../tables/session-clients.ts";
import { signingKeys } from "../tables/signing-keys.ts";
import { tokens } from "../tables/tokens/tokens.ts";
import { renewKeys } from "../tables/users/user-keys.ts";
import { userImports } from "../tables/users/user-imports.ts";
import { users } from "../tables/users/users.ts";

/** Opens a store. It doesn't check the schema; `migrate` and `ready` do. */
export async function openStore(
  options: StoreOptions,
  instrumentation: Instrumentation = noInstrumentation,
): Promise<Store> {
  const { db, engine } = connect(options, "impatient", instrumentation);
  const connections = connectionsOf(options);
  const checker = newId(systemClock);
  /** The number of running calls; each uses one connection. */
  let running = 0;
  const { retried: onRetry, storeFailed: onFailure } = instrumentation;
  const retries = { onRetry, onFailure, turns: new RetryTurns() };
  const again: Again = async (work) => {
    const time = callTime();
    running++;
    time?.enter();
    try {
      return await retried(work, retries);
    } finally {
      time?.leave();
      running--;
    }
  };
  const all = aggregates(db, (aggregate) => guarded(aggregate, again));
  const { transaction } = instrumentation;
  /** Runs a transaction that makes a change of a call, unless it returns false. */
  const changing: typeof transaction = async (work) => {
    const result = await transaction(work);
    if (result !== false) callTime()?.noteChange();
    return result;
  };
  const store: Store = {
    ...all,
    codes: {
      ...all.codes,
      redeem: (...use) => changing(() => all.codes.redeem(...use)),
    },
    tokens: {
      ...all.tokens,
      rotateRefresh: (...use) => changing(() => all.tokens.rotateRefresh(...use)),
    },
    deviceAuthorizations: {
      ...all.deviceAuthorizations,
      redeem: (...use) => changing(() => all.deviceAuthorizations.redeem(...use)),
    },
    attempts: {
      ...all.attempts,
      addAll: (...added) => transaction(() => all.attempts.addAll(...added)),
    },
    transaction: async (work) => {
      let afterCommit: AfterCommit | undefined;
      const result = await changing(() =>
        again(() => {
          const after = (afterCommit = new AfterCommit());
          return db.transaction().execute((tx) => work(aggregates(tx, undefined, after)));
        }),
      );
      await afterCommit?.run(db, again);
      return result;
    },
    rehearsals: () => createRehearsals({ db, store, aggregates }),
    ready: () => again(() => isMigrated(db)),
    time: async () => (options.kind === "sqlite" ? undefined : again(() => measureTime(db))),
    checkWritable: (large) =>
      again(() => checkWritable(db, { id: checker, now: systemClock.now(), large })),
    expiringTables: EXPIRY.map(({ table }) => table),
    purgeExpired: (now, limit, table) =>
      again(() => purgeExpired(db, engine, { now, limit, table })),
    renewKeys: () => again(() => renewKeys(db)),
    get load() {
      return { busy: Math.min(running, connections), waiting: Math.max(0, running - connections) };
    },
    close: () => db.destroy(),
  };
  return store;
}

/** Runs work, and runs it again after a conflict with another transaction. */
type Again = <T>(work: () => Promise<T>) => Promise<T>;

function aggregates(
  db: Database,
  wrap = <Aggregate extends object>(aggregate: Aggregate): Aggregate => aggregate,
  afterCommit?: AfterCommit,
): Aggregates {
  return {
    users: wrap(users(db)),
    devices: wrap(devices(db)),
    sessions: wrap(sessions(db)),
    sessionClients: wrap(sessionClients(db)),
    groups: wrap(groups(db)),
    groupInvitations: wrap(groupInvitations(db)),
    clients: wrap(clients(db)),
    apiRequests: wrap(apiRequests(db)),
    grants: wrap(grants(db)),
    pushedRequests: wrap(pushedRequests(db)),
    codes: wrap(codes(db)),
    tokens: wrap(tokens(db)),
    answers: wrap(answers(db)),
    signingKeys: wrap(signingKeys(db)),
    attempts: wrap(attempts(db, afterCommit)),
    passwordChecks: wrap(passwordChecks(db)),
    mailLinks: wrap(emailTokens(db)),
    signUps: wrap(signUps(db)),
    origins: wrap(origins(db)),
    stages: wrap(stages(db)),
    formerIdentifiers: wrap(formerIdentifiers(db)),
    brands: wrap(brands(db)),
    resources: wrap(resources(db)),
    deviceAuthorizations: wrap(deviceAuthorizations(db)),
    state: wrap(state(db)),
    observations: wrap(observations(db)),
    userImports: wrap(userImports(db)),
    audit: wrap(audit(db)),
    statistics: wrap(statistics(db)),
    leases: wrap(leases(db)),
  };
}

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** Wraps the methods of an aggregate, so that each runs again after a conflict. */
function guarded<Aggregate extends object>(aggregate: Aggregate, again: Again): Aggregate {
  const guard = ([name, method]: [string, Method]) => [
    name,
    (...parameters: unknown[]) => again(() => method(...parameters)),
  ];
  return Object.fromEntries(Object.entries(aggregate).map(guard)) as Aggregate;
}
