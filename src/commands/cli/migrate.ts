import { readConfig } from "../../config/settings.ts";
import { migrate } from "../../store/engine/migrate.ts";
import { prepareInstallation } from "./installation.ts";

/** Runs the pending migrations and prints their names. */
export async function migrateDatabase(): Promise<void> {
  const done = await migrate(prepareInstallation(readConfig()).options);
  process.stdout.write(
    done.length === 0 ? "The schema is current.\n" : `Migrated: ${done.join(", ")}\n`,
  );
}
