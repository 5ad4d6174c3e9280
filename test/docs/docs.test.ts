// Every link of the documentation leads somewhere, and every file and setting that a page names
// exists.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/config/schema.ts";
import { REASONS } from "../../src/domain/errors.ts";

const ROOT = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", "sdk/*.md", "test/**/*.md"], {
  cwd: ROOT,
  exclude: (path) => path.includes("node_modules"),
}).map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));

/** Returns the anchors of the headings, as a forge makes them. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

test("finds the pages", () => {
  expect(pages.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "README.md",
      "docs/security.md",
      "docs/scaling.md",
      "docs/apis/kokids.md",
    ]),
  );
});

describe.each(pages)("$path", ({ path, text }) => {
  test("has links that lead to files and headings", () => {
    const targets = [...text.matchAll(/\]\((?![a-z]+:)([^)\s]*)\)/g)].map(([, target]) => target!);
    const lost = targets.filter((target) => {
      const [file = "", anchor] = target.split("#");
      const found = file === "" ? path : join(dirname(path), file);
      return (
        !existsSync(join(ROOT, found)) ||
        (anchor !== undefined && !anchorsOf(readFileSync(join(ROOT, found), "utf8")).has(anchor))
      );
    });
    expect(lost).toEqual([]);
  });

  test("names files that exist", () => {
    const folder = "src|test|proto|docs|scripts|sdk|bench|gen|deploy";
    const ending = "ts|mjs|proto|md|json|http|sh|service";
    const path = new RegExp(`\`((?:${folder})/(?:[\\w./-]*(?:/|\\.(?:${ending})))?)\``, "g");
    const named = [...text.matchAll(path)].map(([, file]) => file!);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test("names settings that exist", () => {
    const words = [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)].map(
      ([, word]) => word!,
    );
    const known: ReadonlySet<string> = new Set([...Object.keys(SETTINGS), ...REASONS]);
    expect(words.filter((word) => !known.has(word) && !isElsewhere(word))).toEqual([]);
  });
});

/** Pages also name constants of the code and variables of tests and scripts. */
const sources = globSync(
  [
    "src/**/*.ts",
    "test/**/*.ts",
    "bench/*.ts",
    "sdk/**/*.md",
    "docs/apis/*.sh",
    "compose.yaml",
    "proto/**/*.proto",
  ],
  { cwd: ROOT },
);
const texts: string[] = [];
function isElsewhere(word: string): boolean {
  if (texts.length === 0)
    texts.push(...sources.map((path) => readFileSync(join(ROOT, path), "utf8")));
  return texts.some((text) => text.includes(word));
}

test("docs/security.md explains every setting that opens or closes something", () => {
  const { text } = pages.find(({ path }) => path === "docs/security.md")!;
  // Settings of speed and size only.
  const others = new Set(["PORT", "DATABASE_CONNECTIONS", "DRAIN_SECONDS", "MAIL_FROM", "WORKERS"]);
  const explained = [...text.matchAll(/^- (`[A-Z0-9_]+`(?:,\s+`[A-Z0-9_]+`)*): \S/gm)].flatMap(
    ([, names]) => [...names!.matchAll(/[A-Z0-9_]+/g)].map(([name]) => name),
  );
  expect(
    Object.keys(SETTINGS).filter((name) => !others.has(name) && !explained.includes(name)),
  ).toEqual([]);
});

test("docs/pages.md shows every picture, and the script takes it", () => {
  const pictures = globSync("docs/images/*", { cwd: ROOT });
  const shown = pages.find(({ path }) => path === "docs/pages.md")!.text;
  const script = readFileSync(join(ROOT, "scripts/screenshots.ts"), "utf8");
  const names = pictures.map((path) => path.slice("docs/images/".length, -".png".length));
  expect(
    names.filter(
      (name) =>
        !shown.includes(`[${name}]: images/${name}.png`) ||
        !new RegExp(`^  "?${name}"?: `, "m").test(script),
    ),
  ).toEqual([]);
});
