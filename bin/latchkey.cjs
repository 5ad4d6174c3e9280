#!/usr/bin/env node
// The command `latchkey`. In a clone it brings dist/ up to date first; a package has it.
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const program = join(__dirname, "../dist/latchkey.cjs");
const install = join(__dirname, "../scripts/install.mjs");
const stamp = join(__dirname, "../scripts/build/stamp.mjs");

if (existsSync(stamp) && !require(stamp).isBuilt()) {
  // The output of the command is the command's: what the installation says goes to the messages.
  const { status } = spawnSync(process.execPath, [install, "--build"], { stdio: ["ignore", 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
// Workers are started by this name.
process.argv[1] = program;
require(program);
