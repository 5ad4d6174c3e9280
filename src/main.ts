#!/usr/bin/env node
// The process. It owns nothing but how quickly it starts, how much memory that and its load leave
// behind, and where what was compiled once is kept: beside the packages, or beside a built program.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/**
 * V8 doubles the room for new objects while many survive, to 96 MiB, and gives none back. With half
 * of that the same requests cost the same CPU time.
 */
const MOST_NEW_SPACE = 32 * 1024 * 1024;
/** Doubling takes seconds at this size. */
const CHECK_MS = 250;

async function main(): Promise<void> {
  // A start makes much that is soon done with, and needs no more room for it.
  mayGrow(false);
  enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));
  const { runCommand } = await import("./commands/cli/command-line.ts");
  await runCommand(process.argv.slice(2));
  mayGrow(true);
  const timer = setInterval(() => {
    const spaces = getHeapSpaceStatistics();
    const size = spaces.find((space) => space.space_name === "new_space")?.space_size ?? 0;
    if (size < MOST_NEW_SPACE) return;
    mayGrow(false);
    clearInterval(timer);
  }, CHECK_MS).unref();
}

/** Sets whether V8 may add room for new objects. */
const mayGrow = (may: boolean): void =>
  setFlagsFromString(`--semi-space-growth-factor=${may ? 2 : 1}`);

void main();
