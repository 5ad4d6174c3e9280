// The program of the release before this one, from the history of this repository.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { newFolder } from "../mariadb-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** What a process reads: its modules, and what they read beside themselves. */
const PARTS = ["src", "gen", "proto", "package.json"];

const git = (...words: readonly string[]): Buffer =>
  execFileSync("git", words, {
    cwd: ROOT,
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Returns the last tag before this commit, or else the commit that the file names. */
export function releaseBefore(): string {
  const [newest = ""] = git("tag", "--merged", "HEAD~1", "--sort=-creatordate", "--list", "v*")
    .toString()
    .split("\n");
  if (newest !== "") return newest;
  return readFileSync(join(import.meta.dirname, "release-before.txt"), "utf8").trim();
}

/** Writes that release into a new folder, which the caller removes. */
export async function unpackReleaseBefore(): Promise<{ readonly root: string }> {
  const release = releaseBefore();
  let archive: Buffer;
  try {
    archive = git("archive", release, ...PARTS);
  } catch (error) {
    throw new Error(
      `this clone has no commit ${release}; fetch the whole history: git fetch --unshallow`,
      { cause: error },
    );
  }
  const root = await newFolder();
  const modules = join(ROOT, "node_modules");
  await mkdir(root, { recursive: true });
  execFileSync("tar", ["-x", "-C", root], { input: archive });
  // Its packages are those of today: this is about the database, not about them.
  await symlink(modules, join(root, "node_modules"));
  return { root };
}
