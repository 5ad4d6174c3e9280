#!/usr/bin/env node
// The process. It owns nothing but how quickly it starts, and what that leaves behind: what was
// compiled once is kept beside the packages, or where a built program has put it before.
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

async function main(): Promise<void> {
  // A start makes much that is soon done with. The room that V8 would add for it is never given
  // back; under load it may grow again.
  setFlagsFromString("--semi-space-growth-factor=1");
  enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));
  const { runCommand } = await import("./commands/cli/command-line.ts");
  await runCommand(process.argv.slice(2));
  setFlagsFromString("--semi-space-growth-factor=2");
}

void main();
