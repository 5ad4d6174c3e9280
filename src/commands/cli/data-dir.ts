// The data directory: what the embedded database's installation keeps besides the database. It owns
// the files and their modes and must not know what is in them.
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../domain/clock.ts";

/** The file, if it is there. */
export function readPrivate(dataDir: string, name: string): string | undefined {
  try {
    return readFileSync(join(dataDir, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Puts the file there, readable for its owner only, whole and on the disk, unless it is there
 * already; answers what is there.
 */
export function createPrivate(dataDir: string, name: string, make: () => string): string {
  const there = readPrivate(dataDir, name);
  if (there !== undefined) {
    chmodSync(join(dataDir, name), 0o600);
    return there;
  }
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, name);
  const temporary = `${path}.${process.pid}`;
  const text = make();
  const file = openSync(temporary, "w", 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    // A link is made once, whoever else tries at the same time, and never shows half a file.
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary);
  }
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8");
}

/** A secret for an installation that has none. */
export const newSecret = (): string => systemClock.random(48).toString("base64");
