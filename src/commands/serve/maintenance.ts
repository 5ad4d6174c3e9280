import { DAY } from "../../domain/durations.ts";
import { join } from "node:path";
import type { Config } from "../../config/settings.ts";
import { nearSettings } from "../../config/near-settings.ts";
import { ConfigError } from "../../config/config-error.ts";
import { pause, systemClock } from "../../domain/clock.ts";
import {
  Housekeeper,
  type HousekeeperDependencies,
} from "../../domain/security/housekeeping/housekeeper.ts";
import {
  admitAdministrator,
  hasAdministrator,
  newAdministrator,
} from "../../domain/oauth/clients/bootstrap-admin-client.ts";
import type { Store } from "../../domain/store.ts";
import type { Logger } from "../../telemetry/log.ts";
import type { PurgeMetrics } from "../../telemetry/purge-metrics.ts";
import type { StoreOptions } from "../../store/engine/connect.ts";
import { migrate } from "../../store/engine/migrate.ts";
import { createPrivate } from "../cli/data-dir.ts";

const ADMIN_FILE = "admin.json";
/** How long a statement may take that is under way at the end. */
const STOPPING_MS = 2_000;

/** Warns of environment variables that are nearly settings. */
export function warnOfNearSettings(log: Logger): void {
  for (const { given, meant } of nearSettings())
    log.warn({ variable: given, setting: meant }, "variable ignored: it is no setting");
}

/** Warns of a key of the server before secretpair that is too short; never shows it. */
export function warnOfWeakKey({ secretpair: { legacyJwt } }: Config, log: Logger): void {
  if (legacyJwt?.isWeak === true)
    log.warn({ setting: "SECRETPAIR_LEGACY_JWT_SECRET" }, "key is shorter than 32 bytes");
}

/** Migrates the database to this version's schema. */
export async function bringSchema(options: StoreOptions, log: Logger): Promise<void> {
  for (const name of await migrate(options)) log.info({ migration: name }, "migrated");
}

/**
 * Returns the file with the credentials of an embedded installation's first administrator. For
 * MySQL, the operator makes them by a command.
 */
export const administratorFile = ({ database, dataDir }: Config): string | undefined =>
  database.kind === "sqlite" ? join(dataDir, ADMIN_FILE) : undefined;

/**
 * Creates the first administrator of an embedded installation. Two processes that start at once
 * agree on one file, and the next start completes what a crash has interrupted.
 */
export async function admitFirstAdministrator(config: Config, store: Store): Promise<void> {
  const file = administratorFile(config);
  if (file === undefined || (await hasAdministrator(store))) return;
  const form = (): string => {
    const { clientId, clientSecret } = newAdministrator(systemClock);
    return `${JSON.stringify({ client_id: clientId, client_secret: clientSecret })}\n`;
  };
  const made = readCredentials(createPrivate(config.dataDir, ADMIN_FILE, form));
  if (made === undefined)
    throw new ConfigError(
      `${file} does not hold client_id and client_secret; remove it to have a new one made.`,
    );
  await admitAdministrator(store, systemClock, made);
}

/** Returns the credentials; undefined for another text, which the parser's message would quote. */
function readCredentials(
  text: string,
): { readonly clientId: string; readonly clientSecret: string } | undefined {
  try {
    const made = JSON.parse(text) as { client_id?: unknown; client_secret?: unknown } | null;
    const [clientId, clientSecret] = [made?.client_id, made?.client_secret];
    return typeof clientId === "string" && typeof clientSecret === "string"
      ? { clientId, clientSecret }
      : undefined;
  } catch {
    return undefined;
  }
}

interface MaintenanceDependencies {
  readonly store: Store;
  readonly clock: HousekeeperDependencies["clock"];
  readonly log: Logger;
  readonly metrics: PurgeMetrics | undefined;
}

/**
 * Removes expired rows from time to time; returns the function that stops it. A failure is only
 * logged: the next run tries again.
 */
export function startMaintenance(
  { store, clock, log, metrics }: MaintenanceDependencies,
  {
    clientRegistration,
    auditRetentionDays,
  }: Pick<Config, "clientRegistration" | "auditRetentionDays">,
): () => Promise<void> {
  const housekeeper = new Housekeeper({
    store,
    clock,
    terms: {
      unusedClientMs: clientRegistration.unusedDays * DAY,
      auditMs: auditRetentionDays === 0 ? undefined : auditRetentionDays * DAY,
    },
    recorder: {
      removed: (table, rows, milliseconds) => metrics?.removed(table, rows, milliseconds),
      holds: (isHolder) => metrics?.holds(isHolder),
      ran: (run) => log.info(run, "purged"),
      failed: (err, tables) => log.warn({ err, tables }, "purge failed"),
    },
  });
  const stop = housekeeper.follow();
  return () => Promise.race([stop(), pause(STOPPING_MS)]);
}
