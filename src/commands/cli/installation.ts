import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../config/settings.ts";
import { ConfigError } from "../../config/config-error.ts";
import { weakness } from "../../config/secret.ts";
import type { StoreOptions } from "../../store/engine/connect.ts";
import { createPrivate, newSecret, readPrivate } from "./data-dir.ts";

/** The database and the secret that the settings name. */
export interface Installation {
  readonly options: StoreOptions;
  /** The server's secret. */
  readonly secret: string;
}

/** Returns the file of the embedded database. */
export const databaseFile = (config: Config): string => join(config.dataDir, "latchkey.db");

/** Returns how the store connects by these settings. */
export function storeOptions(config: Config): StoreOptions {
  if (config.database.kind === "mysql") {
    const { url, otherUrls, socketPath, tls, connections } = config.database;
    return { kind: "mysql", url, otherUrls, socketPath, tls, connectionLimit: connections };
  }
  return { kind: "sqlite", file: databaseFile(config) };
}

/** Codes of a write that the file system has no room for. */
const NO_ROOM: ReadonlySet<string> = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** Returns the installation of these settings. A new embedded one gets its folder and secret. */
export function prepareInstallation(config: Config): Installation {
  try {
    if (config.database.kind === "sqlite") {
      // All new files are for this user only, also in a folder that others can read.
      process.umask(0o077);
      mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
    }
    return { options: storeOptions(config), secret: config.secret ?? ownSecret(config) };
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== undefined && NO_ROOM.has(code)) {
      throw new Error(
        `DATA_DIR is ${config.dataDir}, whose disk is full, or a quota or a limit is reached: ` +
          "make space, or set it to another folder",
        { cause },
      );
    }
    throw new Error(
      `DATA_DIR is ${config.dataDir}, which this user can't read and write: ` +
        "make it theirs, or set it to another folder",
      { cause },
    );
  }
}

/**
 * Returns the installation of these settings, which must exist: a command in the wrong folder must
 * not make another one.
 */
export function requireInstallation(config: Config): Installation {
  if (config.database.kind === "sqlite" && !existsSync(databaseFile(config))) {
    throw new Error(
      `there is no database in ${config.dataDir}: ` +
        "set DATA_DIR to where it is, or make one with: latchkey migrate",
    );
  }
  return prepareInstallation(config);
}

/** Returns an embedded installation's secret, which the first start makes. */
function ownSecret(config: Config): string {
  const file = join(config.dataDir, "secret");
  if (readPrivate(config.dataDir, "secret") === undefined && existsSync(databaseFile(config))) {
    throw new ConfigError(
      `${file} is missing, and the database was made with it: put it back from the backup.`,
    );
  }
  const secret = createPrivate(config.dataDir, "secret", newSecret).trim();
  const weak = weakness(secret);
  if (weak !== undefined)
    throw new ConfigError(
      `${file} is not the secret that the first start made (it ${weak}): ` +
        "put it back from the backup.",
    );
  return secret;
}
