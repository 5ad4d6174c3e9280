// Latchkey in a few files instead of 1,300 modules: a process starts with half of the CPU time.
import { createHash } from "node:crypto";
import { existsSync, globSync, statSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { rolldown } from "rolldown";

const ROOT = resolve(import.meta.dirname, "..");
const CACHE = join(ROOT, "node_modules/.cache/latchkey-bundles");

/** The programs that tests start. */
const PROGRAMS = { latchkey: "src/main.ts", store: "test/store/engine/process.ts" };

/** What decides the content of a bundle. */
const INPUTS = [
  "src/**/*.*",
  "gen/**/*.*",
  "test/store/**/*.ts",
  "package*.json",
  "test/bundle.ts",
];

/** Native packages, and one whose files are served. */
const EXTERNAL = [/^@node-rs\//, "argon2", "bcrypt", /^swagger-ui-dist/];

const DAY_MS = 86_400_000;

let made: Promise<string> | undefined;

/** Returns the file of a program; bundles the programs when their sources have changed. */
export async function bundled(program: keyof typeof PROGRAMS): Promise<string> {
  return join(await (made ??= bundle()), `${program}.mjs`);
}

async function bundle(): Promise<string> {
  const hash = createHash("sha256");
  const names = globSync(INPUTS, { cwd: ROOT }).toSorted();
  for (const name of names)
    if (!name.endsWith(".md")) hash.update(name).update(await readFile(join(ROOT, name)));
  const folder = join(CACHE, hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  await removeOld();
  const scratch = await mkdtemp(join(CACHE, "scratch-"));
  const build = await rolldown({
    cwd: ROOT,
    input: PROGRAMS,
    platform: "node",
    external: EXTERNAL,
    treeshake: false,
  });
  await build.write({
    dir: scratch,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name]-[hash].mjs",
    keepNames: true,
    minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
  });
  await build.close();
  await cp(join(ROOT, "src/web/kit/assets"), join(scratch, "assets"), { recursive: true });
  // Another worker may have done the same meanwhile; its bundle is as good.
  await rename(scratch, folder).catch(() => rm(scratch, { recursive: true }));
  return folder;
}

/** Removes the bundles of earlier sources; one of today may still be in use. */
async function removeOld(): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  for (const name of await readdir(CACHE)) {
    // Another worker may rename its folder at this time.
    const mtimeMs = statSync(join(CACHE, name), { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    if (mtimeMs < Date.now() - DAY_MS)
      await rm(join(CACHE, name), { recursive: true, force: true });
  }
}
