// `backup`: copies an embedded installation - the database, its secret and the administrator's
// credentials - while it serves. It owns which files those are; a MySQL database is copied with
// MySQL's own tools.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../config/config-error.ts";
import { readConfig } from "../../config/settings.ts";
import { copyDatabase } from "../../store/engine/backup.ts";
import { createPrivate, readPrivate } from "./data-dir.ts";
import { databaseFile, requireInstallation } from "./installation.ts";

/**
 * What is beside the database: without the secret, no signing key can be read and no page token or
 * derived secret is right.
 */
const FILES = ["secret", "admin.json"] as const;

/** Makes the folder, which must be empty or not there; the server may run. */
export function backUp(folder: string): void {
  const config = readConfig();
  if (config.database.kind === "mysql") {
    throw new ConfigError(
      "The data is in MySQL: copy it with mariadb-dump --single-transaction or mariadb-backup, and keep LATCHKEY_SECRET with the copy; see docs/deployment.md.",
    );
  }
  requireInstallation(config);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (readdirSync(folder).length > 0)
    throw new ConfigError(`${folder} isn't empty: a backup goes into a folder of its own.`);
  // The secret first: it never changes, and a copy without it would be none.
  for (const name of FILES) {
    const content = readPrivate(config.dataDir, name);
    if (content !== undefined) createPrivate(folder, name, () => content);
  }
  copyDatabase(databaseFile(config), join(folder, "latchkey.db"));
  process.stdout.write(
    `${folder} holds the whole installation, its secret too: keep it as safe as the server. To restore it, start with DATA_DIR=${folder}.\n`,
  );
}
