import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Config } from "../../config/settings.ts";
import { weakness } from "../../config/secret.ts";
import { readPrivate } from "../cli/data-dir.ts";
import { databaseFile } from "../cli/installation.ts";
import { errorMessage } from "../cli/output.ts";
import { type Finding, subject } from "./finding.ts";

const GIB = 1024 ** 3;
const LITTLE_GIB = 1;
const TOO_LITTLE_GIB = 0.1;
const PRIVATE_FILES = ["secret", "admin.json", "latchkey.db"];

const { ok, warn, fail } = subject("data folder");

/** Returns the folder, or the nearest parent that exists. */
const existing = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : existing(dirname(path));

export function dataDirectory(config: Config): Finding[] {
  const { dataDir } = config;
  const place = existing(resolve(dataDir));
  return [...access(dataDir, place), ...modes(dataDir), ...secretFile(config), space(place)];
}

function access(dataDir: string, place: string): Finding[] {
  if (!statSync(place).isDirectory()) return [fail(`${place} is no folder`, "set DATA_DIR to one")];
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return [ok(existsSync(dataDir) ? dataDir : `${dataDir} will be made by the first start`)];
  } catch (error) {
    return [
      fail(
        `${place} can't be written to: ${errorMessage(error)}`,
        `make it this user's: chown -R $(id -un) ${place}, or set DATA_DIR`,
      ),
    ];
  }
}

function modes(dataDir: string): Finding[] {
  const open = PRIVATE_FILES.map((name) => join(dataDir, name)).filter(
    (path) => existsSync(path) && (statSync(path).mode & 0o077) !== 0,
  );
  return open.map((path) =>
    fail(
      `${path} can be read by other users`,
      `chmod 600 ${path}, and take what was in it for known`,
    ),
  );
}

function secretFile(config: Config): Finding[] {
  if (config.secret !== undefined) return [];
  let secret: string | undefined;
  try {
    secret = readPrivate(config.dataDir, "secret")?.trim();
  } catch (error) {
    return [
      fail(
        `the secret can't be read: ${errorMessage(error)}`,
        "run this as the user that the server runs as",
      ),
    ];
  }
  const there = existsSync(databaseFile(config));
  if (secret === undefined)
    return there
      ? [
          fail(
            "the secret is missing, and the database was made with it",
            "put DATA_DIR/secret back from the backup",
          ),
        ]
      : [];
  const weak = weakness(secret);
  return weak === undefined
    ? [ok("a secret of its own")]
    : [
        fail(
          `the secret is not the one that the first start made: it ${weak}`,
          "put DATA_DIR/secret back from the backup",
        ),
      ];
}

function space(place: string): Finding {
  const { bavail, bsize } = statfsSync(place);
  const free = (bavail * bsize) / GIB;
  const text = `${free.toFixed(1)} GiB free`;
  if (free < TOO_LITTLE_GIB) return fail(text, "make space: a full disk stops every write");
  return free < LITTLE_GIB ? warn(text, "make space before it is full") : ok(text);
}
