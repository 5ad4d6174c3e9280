// docs/architecture.md names files and folders; they are there, and so is every part.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { IMPORTS } from "./rules.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/architecture.md"), "utf8");
const named = [...page.matchAll(/`([\w./-]+(?:\.(?:ts|proto|json)|\/))`/g)]
  .map(([, path]) => path!)
  .filter((path) => path.includes("/"));

test("every file and folder that the page names is there", () => {
  expect(named.length).toBeGreaterThan(40);
  expect(
    named.filter((path) => !existsSync(join(ROOT, path)) && !existsSync(join(ROOT, "src", path))),
  ).toEqual([]);
});

test("every part has its row", () => {
  const parts = Object.keys(IMPORTS).map((part) => (part === "sdk" ? "sdk" : `src/${part}`));
  expect(
    parts.filter((part) => !page.includes(`\`${part}/\``) && !page.includes(`\`${part}.ts\``)),
  ).toEqual([]);
});
