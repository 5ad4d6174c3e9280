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

/** Reads a file of the data directory; undefined when it does not exist. */
export function readPrivate(dataDir: string, name: string): string | undefined {
  try {
    return readFileSync(join(dataDir, name), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Creates the file, readable for its owner only and synced to the disk, unless it exists. Returns
 * the content that is there afterwards.
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
    // Of several processes, one makes the link; and a link never shows half a file.
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(temporary);
  }
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8");
}

/** Returns a random secret for a new installation. */
export const newSecret = (): string => systemClock.random(48).toString("base64");
