// Which commit is the release before, in clones of several kinds.
import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder } from "../mariadb-server.ts";
import { archiveReleaseBefore, releaseBefore } from "./release-before.ts";

let folder: string;
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => rm(folder, { recursive: true }));

const IDENTITY = ["-c", "user.name=test", "-c", "user.email=test@example.com"];

function git(at: string, ...words: readonly string[]): void {
  execFileSync("git", ["-C", at, ...IDENTITY, ...words], { stdio: "pipe" });
}

let commits = 0;

/** Makes a repository with what a process reads, and its first commit. */
async function newRepository(): Promise<string> {
  const at = join(folder, "origin");
  for (const part of ["src", "gen", "proto"]) {
    await mkdir(join(at, part), { recursive: true });
    await writeFile(join(at, part, "file"), part);
  }
  await writeFile(join(at, "package.json"), "{}");
  git(folder, "init", "--quiet", at);
  git(at, "add", ".");
  commit(at);
  return at;
}

function commit(at: string): void {
  git(at, "commit", "--quiet", "--allow-empty", "--message", `commit ${++commits}`);
}

test("it is the last tag before this commit, or the commit that the file names", async () => {
  const at = await newRepository();
  const named = releaseBefore(at);
  expect(named).toMatch(/^[0-9a-f]{40}$/);
  git(at, "tag", "v1.0.0");
  // A release isn't before itself.
  expect(releaseBefore(at)).toBe(named);
  commit(at);
  git(at, "tag", "other");
  expect(releaseBefore(at)).toBe("v1.0.0");
  git(at, "tag", "v1.1.0");
  expect(releaseBefore(at)).toBe("v1.0.0");
  expect(archiveReleaseBefore(at).length).toBeGreaterThan(512);
});

test("a copy that lacks it says what to do", async () => {
  const origin = await newRepository();
  commit(origin);
  const shallow = join(folder, "shallow");
  git(folder, "clone", "--quiet", "--depth=1", `file://${origin}`, shallow);
  const none = join(folder, "none");
  await mkdir(none);
  for (const copy of [shallow, none])
    expect(() => archiveReleaseBefore(copy)).toThrow("git fetch --unshallow --tags");
});
