// How many connections a process accepts, by the descriptors that it may open.
import { expect, test } from "vitest";
import { mostConnections } from "../../../src/http/server/limits.ts";

const limitsOf = (files: string): string =>
  `Limit                     Soft Limit           Hard Limit           Units\n` +
  `Max processes             62811                62811                processes\n` +
  `Max open files            ${files.padEnd(21)}1048576              files\n`;

test.each([
  ["1024", 896],
  ["256", 128],
  ["100", 50],
  ["unlimited", undefined],
])("of %s descriptors, %s are for connections", (files, most) => {
  expect(mostConnections(limitsOf(files))).toBe(most);
});

test("where the system doesn't say, there is no limit", () => {
  expect(mostConnections("")).toBe(undefined);
});
