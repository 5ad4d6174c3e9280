#!/usr/bin/env node
// The process. It owns nothing but how quickly it starts: what was compiled once is kept beside the packages.
import { enableCompileCache } from "node:module";
import { join } from "node:path";

enableCompileCache(join(import.meta.dirname, "../node_modules/.cache/node"));
const { runCommand } = await import("./commands/command-line.ts");
await runCommand(process.argv.slice(2));
