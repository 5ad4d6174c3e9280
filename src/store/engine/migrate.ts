// Migrations only add to the schema that the version before uses (expand and contract). Each can
// run again from its start, because MySQL can't roll back an interrupted one.
import { setTimeout as delay } from "node:timers/promises";
import { jitter, ticks } from "../../domain/clock.ts";
import { connect, type StoreOptions } from "./connect.ts";
import type { Database } from "./database.ts";
import type { Engine } from "./engine.ts";
import { isInterrupted, isMissingTable } from "./errors.ts";
import { retried } from "./writes/retries.ts";
import * as initial from "./migrations/0001-0019/0001-initial.ts";
import * as administrators from "./migrations/0001-0019/0002-administrators.ts";
import * as mailLinks from "./migrations/0001-0019/0003-mail-links.ts";
import * as userImports from "./migrations/0001-0019/0004-user-imports.ts";
import * as accountDeletion from "./migrations/0001-0019/0005-way-back.ts";
import * as identifiers from "./migrations/0001-0019/0006-identifiers.ts";
import * as signUps from "./migrations/0001-0019/0007-sign-ups.ts";
import * as consents from "./migrations/0001-0019/0009-consents.ts";
import * as acts from "./migrations/0001-0019/0010-acts.ts";
import * as pkceOptional from "./migrations/0001-0019/0011-pkce-optional.ts";
import * as clientOrigins from "./migrations/0001-0019/0012-client-origins.ts";
import * as writeChecks from "./migrations/0001-0019/0013-write-checks.ts";
import * as waitingHashes from "./migrations/0001-0019/0014-waiting-hashes.ts";
import * as origins from "./migrations/0001-0019/0015-origins.ts";
import * as stages from "./migrations/0001-0019/0016-stages.ts";
import * as ownPasswords from "./migrations/0001-0019/0017-own-passwords.ts";
import * as sealedSecrets from "./migrations/0020-0037/0020-sealed-secrets.ts";
import * as stateImports from "./migrations/0020-0037/0021-state-imports.ts";
import * as observedAsks from "./migrations/0020-0037/0023-observed-asks.ts";
import * as administeredClients from "./migrations/0020-0037/0025-administered-clients.ts";
import * as auditDays from "./migrations/0020-0037/0026-audit-days.ts";
import * as brands from "./migrations/0020-0037/0027-brands.ts";
import * as formerIdentifiers from "./migrations/0020-0037/0022-former-identifiers.ts";
import * as listedUsers from "./migrations/0020-0037/0024-listed-users.ts";
import * as groupInvitations from "./migrations/0020-0037/0028-group-invitations.ts";
import * as clientUrls from "./migrations/0020-0037/0034-client-urls.ts";
import * as authorizationTerms from "./migrations/0020-0037/0029-authorization-terms.ts";
import * as rsaSigningKeys from "./migrations/0020-0037/0030-rsa-signing-keys.ts";
import * as profiles from "./migrations/0020-0037/0031-profiles.ts";
import * as pushedRequests from "./migrations/0020-0037/0033-pushed-requests.ts";
import * as resources from "./migrations/0020-0037/0035-resources.ts";
import * as deviceAuthorizations from "./migrations/0020-0037/0036-device-authorizations.ts";
import * as registeredClients from "./migrations/0020-0037/0032-registered-clients.ts";
import * as describedClients from "./migrations/0038-0059/0039-described-clients.ts";
import * as answers from "./migrations/0038-0059/0042-answers.ts";
import * as leases from "./migrations/0038-0059/0043-leases.ts";
import * as shardKeys from "./migrations/0038-0059/0044-shard-keys.ts";
import * as sessionClients from "./migrations/0020-0037/0037-session-clients.ts";
import * as authorizationDetails from "./migrations/0038-0059/0038-authorization-details.ts";
import * as sessionEnds from "./migrations/0001-0019/0018-session-ends.ts";
import * as observations from "./migrations/0001-0019/0019-observations.ts";

/** In the order in which they run. A released name never changes. */
const MIGRATIONS: readonly {
  readonly name: string;
  up(db: Database, engine: Engine): Promise<void>;
}[] = [
  { name: "0001-initial", up: initial.migrate0001 },
  { name: "0002-administrators", up: administrators.migrate0002 },
  { name: "0003-mail-links", up: mailLinks.migrate0003 },
  { name: "0004-user-imports", up: userImports.migrate0004 },
  { name: "0005-way-back", up: accountDeletion.migrate0005 },
  { name: "0006-identifiers", up: identifiers.migrate0006 },
  { name: "0007-sign-ups", up: signUps.migrate0007 },
  { name: "0009-consents", up: consents.migrate0009 },
  { name: "0010-acts", up: acts.migrate0010 },
  { name: "0011-pkce-optional", up: pkceOptional.migrate0011 },
  { name: "0012-client-origins", up: clientOrigins.migrate0012 },
  { name: "0013-write-checks", up: writeChecks.migrate0013 },
  { name: "0014-waiting-hashes", up: waitingHashes.migrate0014 },
  { name: "0015-origins", up: origins.migrate0015 },
  { name: "0016-stages", up: stages.migrate0016 },
  { name: "0017-own-passwords", up: ownPasswords.migrate0017 },
  { name: "0018-session-ends", up: sessionEnds.migrate0018 },
  { name: "0019-observations", up: observations.migrate0019 },
  { name: "0020-sealed-secrets", up: sealedSecrets.migrate0020 },
  { name: "0021-state-imports", up: stateImports.migrate0021 },
  { name: "0022-former-identifiers", up: formerIdentifiers.migrate0022 },
  { name: "0023-observed-asks", up: observedAsks.migrate0023 },
  // Before the next one: MariaDB adds no column online to a table with columns that it computes for
  // an index.
  { name: "0031-profiles", up: profiles.migrate0031 },
  { name: "0024-listed-users", up: listedUsers.migrate0024 },
  { name: "0025-administered-clients", up: administeredClients.migrate0025 },
  { name: "0026-audit-days", up: auditDays.migrate0026 },
  { name: "0027-brands", up: brands.migrate0027 },
  { name: "0028-group-invitations", up: groupInvitations.migrate0028 },
  { name: "0029-authorization-terms", up: authorizationTerms.migrate0029 },
  { name: "0030-rsa-signing-keys", up: rsaSigningKeys.migrate0030 },
  { name: "0032-registered-clients", up: registeredClients.migrate0032 },
  { name: "0033-pushed-requests", up: pushedRequests.migrate0033 },
  { name: "0034-client-urls", up: clientUrls.migrate0034 },
  { name: "0035-resources", up: resources.migrate0035 },
  { name: "0036-device-authorizations", up: deviceAuthorizations.migrate0036 },
  { name: "0037-session-clients", up: sessionClients.migrate0037 },
  { name: "0038-authorization-details", up: authorizationDetails.migrate0038 },
  { name: "0039-described-clients", up: describedClients.migrate0039 },
  { name: "0042-answers", up: answers.migrate0042 },
  { name: "0043-leases", up: leases.migrate0043 },
  { name: "0044-shard-keys", up: shardKeys.migrate0044 },
];

/** How long another node's schema changes may interrupt, and the pause before the next try. */
const INTERRUPTED_MS = 30_000;
const PAUSE_MS = 200;

/** The migrations that this program needs. */
export const MIGRATION_NAMES: readonly string[] = MIGRATIONS.map(({ name }) => name);

/** Runs the migrations that have not run yet, in one process at a time. Returns their names. */
export async function migrate(options: StoreOptions): Promise<string[]> {
  const { db, engine } = connect(options, "patient");
  try {
    const run = async (): Promise<string[]> => {
      // A Galera cluster stops all writes at every schema change, so this also avoids one that
      // changes nothing.
      if (await isMigrated(db)) return [];
      return engine.exclusively(db, (connection) => runPending(connection, engine));
    };
    return await retried(() => untilUninterrupted(run));
  } finally {
    await db.destroy();
  }
}

/**
 * Runs work again while it is interrupted. On Galera the lock of `exclusively` holds on one node,
 * so two processes may migrate at once: each schema change ends what the other one's node is doing.
 */
async function untilUninterrupted<T>(work: () => Promise<T>): Promise<T> {
  const end = ticks() + INTERRUPTED_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isInterrupted(error) || ticks() > end) throw error;
      await delay(jitter(PAUSE_MS));
    }
  }
}

/** Returns whether all migrations of this program have run. A newer program may have run more. */
export async function isMigrated(db: Database): Promise<boolean> {
  try {
    const done = await migrationsOf(db);
    return MIGRATIONS.every(({ name }) => done.has(name));
  } catch (error) {
    if (isMissingTable(error)) return false;
    throw error;
  }
}

async function runPending(db: Database, engine: Engine): Promise<string[]> {
  await engine.createTable(db, "schema_migrations", {
    columns: { name: "text(64)" },
    primaryKey: ["name"],
  });
  const done = await migrationsOf(db);
  const pending = MIGRATIONS.filter(({ name }) => !done.has(name));
  for (const { name, up } of pending) {
    await up(db, engine);
    await db.replaceInto("schema_migrations").values({ name }).execute();
  }
  return pending.map(({ name }) => name);
}

async function migrationsOf(db: Database): Promise<Set<string>> {
  const rows = await db.selectFrom("schema_migrations").select("name").execute();
  return new Set(rows.map(({ name }) => name));
}
