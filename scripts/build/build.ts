// `npm run build`: makes `dist/`, the program that the image, the unit and the package run.
import { existsSync } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { withLock } from "../install/lock.mjs";
import { bundle } from "./bundle.ts";
import { runFirst } from "./first-run.ts";
import { LICENSES } from "./licenses.ts";
import { DIST, isBuilt, PROGRAM, programOf, stampOf } from "./stamp.mjs";

/** Processes that run load parts of these builds when they first need them. */
const KEPT_BUILDS = 5;

/** Builds `dist/` unless it is current, and returns the program. */
export async function build(): Promise<string> {
  if (isBuilt()) return PROGRAM;
  await mkdir(DIST, { recursive: true });
  await withLock(join(DIST, ".lock"), async () => {
    if (!isBuilt()) await replace(stampOf());
  });
  return PROGRAM;
}

/** Lets the program start a new build. At each moment the program and its build are whole. */
async function replace(stamp: string): Promise<void> {
  const folder = join(DIST, stamp);
  if (!existsSync(folder)) await add(folder);
  // The youngest, if it was here before.
  await utimes(folder, new Date(), new Date());
  // The package has this build only, and not what V8 has compiled for this machine.
  await writeFile(join(DIST, ".npmignore"), `/*/\n!/${stamp}/\n/${stamp}/cache/\n`);
  const program = join(DIST, ".latchkey.cjs");
  await writeFile(program, programOf(stamp), { mode: 0o755 });
  await rename(program, PROGRAM);
  await removeOld();
  await runFirst(PROGRAM, folder);
}

async function add(folder: string): Promise<void> {
  const scratch = await mkdtemp(join(DIST, ".scratch-"));
  try {
    await bundle({ main: "src/main.ts" }, scratch);
    await rename(join(scratch, LICENSES), join(DIST, LICENSES));
    await chmod(scratch, 0o755);
    await rename(scratch, folder);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function removeOld(): Promise<void> {
  const folders = (await readdir(DIST, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== ".lock")
    .map(({ name }) => join(DIST, name));
  const ages = await Promise.all(
    folders.map(async (path) => ({ path, madeAt: (await stat(path)).mtimeMs })),
  );
  const old = ages.toSorted((one, other) => other.madeAt - one.madeAt).slice(KEPT_BUILDS);
  await Promise.all(old.map(({ path }) => rm(path, { recursive: true, force: true })));
}

if (import.meta.main)
  await build().catch((error: unknown) => {
    console.error("dist/ is not what src/ says, and can't be built here:", error);
    process.exitCode = 1;
  });
