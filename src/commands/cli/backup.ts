import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error.ts";
import { readConfig } from "../../config/settings.ts";
import { copyDatabase } from "../../store/engine/backup.ts";
import { createPrivate, readPrivate } from "./data-dir.ts";
import { databaseFile, requireInstallation } from "./installation.ts";

/** The files beside the database. Without the secret, no signing key in it can be decrypted. */
const FILES = ["secret", "admin.json"] as const;

/** Copies an embedded installation into a new or empty folder, also while the server runs. */
export function backUp(folder: string): void {
  const config = readConfig();
  if (config.database.kind === "mysql") {
    throw new ConfigError(
      "The data is in MySQL: copy it with mariadb-dump --single-transaction or mariadb-backup, " +
        "and keep LATCHKEY_SECRET with the copy; see docs/deployment.md.",
    );
  }
  requireInstallation(config);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new ConfigError(`${folder} isn't empty: a backup goes into a folder of its own.`);
  // The secret first: it never changes, and a backup without it is useless.
  for (const name of FILES) {
    const content = readPrivate(config.dataDir, name);
    if (content !== undefined) createPrivate(folder, name, () => content);
  }
  copyDatabase(databaseFile(config), join(folder, "latchkey.db"));
  process.stdout.write(
    `${folder} holds the whole installation, its secret too: keep it as safe as the server. ` +
      `To restore it, start with DATA_DIR=${folder}.\n`,
  );
}
