// Latchkey in a few files instead of 1,300 modules: a process starts with half of the CPU time.
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "../scripts/build/build.ts";
import { bundle } from "../scripts/build/bundle.ts";
import { ROOT, stampOf } from "../scripts/build/stamp.mjs";

const CACHE = join(ROOT, "node_modules/.cache/latchkey-bundles");

/** What decides the content of a bundle of tests. */
const INPUTS = ["src", "gen", "scripts/build", "test/store", "package.json", "package-lock.json"];

const DAY_MS = 86_400_000;

const made = new Map<string, Promise<string>>();

function once(name: string, make: () => Promise<string>): Promise<string> {
  const making = made.get(name) ?? make();
  made.set(name, making);
  return making;
}

/** Returns the program that is delivered; builds it when its sources have changed. */
export const builtProgram = (): Promise<string> => once("dist", build);

/** Returns a program that opens a store; bundles it when its sources have changed. */
export const storeProgram = async (): Promise<string> =>
  join(await once("store", () => bundled({ store: "test/store/engine/process.ts" })), "store.cjs");

async function bundled(programs: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(CACHE, stampOf(INPUTS));
  if (existsSync(folder)) return folder;
  await removeOld();
  const scratch = await mkdtemp(join(CACHE, "scratch-"));
  await bundle(programs, scratch);
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
