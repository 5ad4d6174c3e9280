// The program of the release before this one, from the history of this repository.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { newFolder } from "../mariadb-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** What a process reads: its modules, and what they read beside themselves. */
const PARTS = ["src", "gen", "proto", "package.json"];

const git = (folder: string, ...words: readonly string[]): Buffer =>
  execFileSync("git", words, {
    cwd: folder,
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "pipe"],
  });

/** Returns the last tag before this commit, or else the commit that the file names. */
export function releaseBefore(repository: string = ROOT): string {
  // Without the parent of this commit, which a shallow clone doesn't have.
  const before = ["--merged", "HEAD", "--no-contains", "HEAD"];
  const [newest = ""] = git(repository, "tag", ...before, "--sort=-creatordate", "--list", "v*")
    .toString()
    .split("\n");
  if (newest !== "") return newest;
  return readFileSync(join(import.meta.dirname, "release-before.txt"), "utf8").trim();
}

/** Returns the parts of that release that a process reads, as a tar archive. */
export function archiveReleaseBefore(repository: string = ROOT): Buffer {
  try {
    return git(repository, "archive", releaseBefore(repository), ...PARTS);
  } catch (error) {
    throw new Error(
      "the release before isn't in this copy: clone the repository with its whole history, " +
        "or run git fetch --unshallow --tags",
      { cause: error },
    );
  }
}

/** Writes that release into a new folder, which the caller removes. */
export async function unpackReleaseBefore(): Promise<{ readonly root: string }> {
  const archive = archiveReleaseBefore();
  const root = await newFolder();
  const modules = join(ROOT, "node_modules");
  await mkdir(root, { recursive: true });
  execFileSync("tar", ["-x", "-C", root], { input: archive });
  // Its packages are those of today: this is about the database, not about them.
  await symlink(modules, join(root, "node_modules"));
  return { root };
}
