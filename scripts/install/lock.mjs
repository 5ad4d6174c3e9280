// A lock between processes of one machine. It owns the folder that stands for it and must not know
// what it protects.
import { mkdirSync, rmdirSync, statSync, utimesSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * The holder touches the folder this often; one that stayed untouched for `STALE` was left by a
 * killed process.
 */
const BEAT = 1_000;
const STALE = 10_000;

function take(path) {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
}

function removeStale(path) {
  try {
    if (Date.now() - statSync(path).mtimeMs > STALE) rmdirSync(path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error; // another process was first
  }
}

/** Runs `work` while this process, and no other, holds the lock `path`. */
export async function withLock(path, work) {
  while (!take(path)) {
    removeStale(path);
    await sleep(200);
  }
  const beat = setInterval(() => utimesSync(path, new Date(), new Date()), BEAT);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmdirSync(path);
  }
}
