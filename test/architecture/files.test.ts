// Files are small and named for what they hold.
import { expect, test } from "vitest";
import { EMPTY_NAMES, LINES } from "./rules.ts";
import { readFolder } from "./source.ts";

const FOLDERS = Object.keys(LINES);

test.each(FOLDERS)("no file in %s is too long", (folder) => {
  const long = readFolder(folder).filter(({ lines }) => lines > LINES[folder]!.most);
  expect(long.map(({ path, lines }) => `${path} has ${lines} lines`)).toEqual([]);
});

test.each(FOLDERS)("the files in %s are small on average", (folder) => {
  const files = readFolder(folder);
  expect(files.reduce((sum, { lines }) => sum + lines, 0) / files.length).toBeLessThanOrEqual(
    LINES[folder]!.mean,
  );
});

test.each(FOLDERS)("every file in %s is named for what it holds", (folder) => {
  const paths = readFolder(folder).map(({ path }) => path);
  expect(paths.filter((path) => EMPTY_NAMES.test(path))).toEqual([]);
});
