// `migrate`: brings the database to this version's schema, and says what it did.
import { readConfig } from "../../config/settings.ts";
import { migrate } from "../../store/engine/migrate.ts";
import { prepareInstallation } from "./installation.ts";

/** Runs the migrations that have not run yet. */
export async function migrateDatabase(): Promise<void> {
  const done = await migrate(prepareInstallation(readConfig()).options);
  process.stdout.write(
    done.length === 0 ? "The schema is current.\n" : `Migrated: ${done.join(", ")}\n`,
  );
}
