import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linesOf } from "./texts.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Folders whose files a reader finds by the folder above. */
const SELF_EVIDENT = /\/(migrations|hashes|users|assets(\/.*)?)$/;

const folders = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1))
  .filter((folder) => !SELF_EVIDENT.test(folder));

test("every folder of src has a README that says what it owns", () => {
  expect(folders.length).toBeGreaterThan(35);
  const silent = folders.filter((folder) => !existsSync(join(ROOT, folder, "README.md")));
  expect(silent).toEqual([]);
});

test("a README of a folder is short", () => {
  const long = folders
    .map((folder) => join(ROOT, folder, "README.md"))
    .filter((path) => existsSync(path) && readFileSync(path, "utf8").split("\n").length > 80);
  expect(long).toEqual([]);
});

test("a rule that the README has is in no file's header", () => {
  const moulded = linesOf(/^src\/.*\.ts$/).filter(({ text }) => /must not know/.test(text));
  expect(moulded.map(({ place }) => place)).toEqual([]);
});
