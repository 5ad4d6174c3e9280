// What `dist/` is built from, and whether it is current. It runs before anything is installed, so
// it must not import a package.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The folder of the built program. */
export const DIST = join(ROOT, "dist");

/** The program. It holds the stamp of the build that it starts. */
export const PROGRAM = join(DIST, "latchkey.cjs");

/** Files and folders that decide what a build is. */
export const INPUTS = [
  "src",
  "gen",
  "scripts/build",
  "package.json",
  "package-lock.json",
  "LICENSE",
];

/** Returns the files of an input, without the documents among them. */
function filesOf(input) {
  if (!statSync(join(ROOT, input)).isDirectory()) return input.endsWith(".md") ? [] : [input];
  return readdirSync(join(ROOT, input)).flatMap((name) => filesOf(`${input}/${name}`));
}

/** Returns the stamp of these files and folders: a hash of their names and contents. */
export function stampOf(inputs = INPUTS) {
  const hash = createHash("sha256");
  // In the order of their code units, which no locale changes.
  for (const name of inputs.flatMap(filesOf).sort((one, other) => (one < other ? -1 : 1))) {
    const content = readFileSync(join(ROOT, name));
    hash.update(`${name} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

/**
 * Returns the text of the program. V8 keeps what it has compiled in the folder of the build: only
 * users that may change the code may change that too.
 */
export const programOf = (stamp) => `#!/usr/bin/env node
require("node:module").enableCompileCache(\`\${__dirname}/${stamp}/cache\`);
require("./${stamp}/main.cjs");
`;

/** Returns whether `dist/` is built from the files that are here now. */
export function isBuilt() {
  if (!existsSync(PROGRAM)) return false;
  const stamp = stampOf();
  return readFileSync(PROGRAM, "utf8") === programOf(stamp) && existsSync(join(DIST, stamp));
}
