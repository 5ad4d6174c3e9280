// `migrate`: brings the database to this version's schema, and says what it did.
import type { Config } from "../config.ts";
import { migrate } from "../store/migrate.ts";
import { storeOptions } from "./serve.ts";

/** Runs the migrations that have not run yet. */
export async function migrateDatabase(config: Config): Promise<void> {
  const done = await migrate(storeOptions(config));
  process.stdout.write(done.length === 0 ? "The schema is current.\n" : `Migrated: ${done.join(", ")}\n`);
}
