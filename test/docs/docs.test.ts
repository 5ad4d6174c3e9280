// The documentation names what is there: every link leads somewhere, and every file, setting and
// command that a page names exists.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../src/config/schema.ts";
import { REASONS } from "../../src/domain/errors.ts";

const ROOT = join(import.meta.dirname, "../..");
const pages = globSync(["*.md", "docs/**/*.md", "sdk/*.md", "test/**/*.md"], { cwd: ROOT }).map(
  (path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }),
);

/** What headings are linked by. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

test("the pages are there", () => {
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
  test("links to what is there", () => {
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

  test("names files that are there", () => {
    const named = [
      ...text.matchAll(
        /`((?:src|test|proto|docs|scripts|sdk|bench|gen|deploy)\/(?:[\w./-]*(?:\/|\.(?:ts|mjs|proto|md|json|http|sh|service)))?)`/g,
      ),
    ].map(([, file]) => file!);
    expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test("names settings that there are", () => {
    const words = [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)(?:=[^`]*)?`/g)].map(
      ([, word]) => word!,
    );
    const known: ReadonlySet<string> = new Set([...Object.keys(SETTINGS), ...REASONS]);
    expect(words.filter((word) => !known.has(word) && !isElsewhere(word))).toEqual([]);
  });
});

/**
 * Constants of the code and variables of tests and scripts, where a page names one: they stand in a
 * file of ours.
 */
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

test("docs/security.md says of every setting that opens or closes something what hangs on it", () => {
  const { text } = pages.find(({ path }) => path === "docs/security.md")!;
  // What only says how quick or how large something is.
  const others = new Set(["PORT", "DATABASE_CONNECTIONS", "DRAIN_SECONDS", "MAIL_FROM", "WORKERS"]);
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  expect(
    Object.keys(SETTINGS).filter(
      (name) =>
        !others.has(name) && !rows.some((row) => row.split(" | ")[0]!.includes(`\`${name}\``)),
    ),
  ).toEqual([]);
});

test("every picture is shown, and taken by the script", () => {
  const pictures = globSync("docs/images/*", { cwd: ROOT });
  const shown = pages.find(({ path }) => path === "docs/pages.md")!.text;
  const script = readFileSync(join(ROOT, "scripts/screenshots.ts"), "utf8");
  const names = pictures.map((path) => path.slice("docs/images/".length, -".png".length));
  expect(
    names.filter(
      (name) =>
        !shown.includes(`(images/${name}.png)`) ||
        !new RegExp(`^  "?${name}"?: `, "m").test(script),
    ),
  ).toEqual([]);
});
