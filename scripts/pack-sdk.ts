import { execFile } from "node:child_process";
import { cp, mkdir, readdir, symlink } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "..");
const MODULES = join(ROOT, "node_modules");
const FILES = ["src", "gen", "package.json", "tsconfig.json", "README.md", "LICENSE"];

/**
 * Packs the SDK and returns the path of the tarball. Builds in a copy, so that runs at the same
 * time don't build into one folder.
 */
export async function packSdk(folder: string): Promise<string> {
  await mkdir(folder);
  for (const name of FILES)
    await cp(join(ROOT, "sdk", name), join(folder, name), { recursive: true });
  await symlink(MODULES, join(folder, "node_modules"));
  const PATH = `${join(MODULES, ".bin")}${delimiter}${process.env.PATH}`;
  await promisify(execFile)("npm", ["pack", "--silent", "--loglevel=error"], {
    cwd: folder,
    env: { ...process.env, PATH },
  });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack has made no tarball");
  return join(folder, tarball);
}

// `npm run pack-sdk -- <new folder>` prints the path of the tarball.
if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Name a folder that doesn't exist yet.");
  console.log(await packSdk(resolve(folder)));
}
