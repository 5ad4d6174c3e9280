import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { LINES, MAX_COLUMNS, MAX_FILES } from "./rules.ts";
import { readFolder } from "./source.ts";
import { linesOf } from "./texts.ts";

const ROOT = join(import.meta.dirname, "../..");
const URL_LINE = /^\S*\s*(\S+\s+){0,3}\S*https?:\/\/\S+$/;
/** buf's formatter writes a method in one line, and has no other way. */
const RPC_LINE = /^ {2}rpc \w+\(\w+\) returns \(\w+\) \{$/;

test("no line has more than 100 columns, but for a URL and a method in proto/", () => {
  const lines = linesOf(/\.(ts|mjs|css|md|proto|sh|ya?ml)$/);
  expect(lines.length).toBeGreaterThan(50_000);
  const long = lines.filter(
    ({ text }) => text.length > MAX_COLUMNS && !URL_LINE.test(text.trim()) && !RPC_LINE.test(text),
  );
  expect(long.map(({ place, text }) => `${place} has ${text.length} columns`)).toEqual([]);
});

test("no folder has more than 20 files directly inside", () => {
  const folders = Object.keys(LINES).flatMap((top) => [
    top,
    ...readdirSync(join(ROOT, top), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.parentPath.includes("node_modules"))
      .map(({ parentPath, name }) => join(parentPath, name).slice(ROOT.length + 1)),
  ]);
  expect(folders.length).toBeGreaterThan(60);
  const crowded = folders.filter(
    (folder) =>
      readdirSync(join(ROOT, folder), { withFileTypes: true }).filter((entry) => entry.isFile())
        .length > MAX_FILES,
  );
  expect(crowded).toEqual([]);
});

test("no name is exported twice in src", () => {
  const files = new Map<string, string[]>();
  for (const { path, exports } of readFolder("src"))
    for (const name of new Set(exports.map((each) => each.name)))
      files.set(name, [...(files.get(name) ?? []), path]);
  expect(files.size).toBeGreaterThan(900);
  const doubles = [...files].filter(([, paths]) => paths.length > 1);
  expect(doubles).toEqual([]);
});
