import { expect, test } from "vitest";
import { HIDING_WORDS } from "./rules.ts";
import { parse, readFolder, type SourceFile } from "./source.ts";
import { linesOf } from "./texts.ts";

const FOLDERS = ["src", "sdk/src", "test", "scripts", "bench", "torture"];

/** The arguments that name a test, or a group of tests. */
const isProse = (text: string): boolean => /^["'`].* .* /.test(text);

const wrongWords = ({ path, comments, strings }: SourceFile): string[] =>
  [...comments, ...strings.filter(({ name }) => isProse(name))]
    .filter(({ name }) => HIDING_WORDS.test(name))
    .map(({ name, line }) => `${path}:${line} says ${HIDING_WORDS.exec(name)![0]}`);

test.each(FOLDERS)("comments, messages and titles in %s name who acts", (folder) => {
  const files = readFolder(folder);
  expect(files.flatMap(({ comments }) => comments).length).toBeGreaterThan(10);
  expect(
    files.filter(({ path }) => !path.startsWith("test/architecture/")).flatMap(wrongWords),
  ).toEqual([]);
});

test("documents and the contract name who acts", () => {
  const lines = linesOf(/\.(md|proto|ya?ml)$/);
  expect(lines.length).toBeGreaterThan(4_000);
  const wrong = lines.filter(({ text }) => HIDING_WORDS.test(text));
  expect(wrong.map(({ place, text }) => `${place} says ${HIDING_WORDS.exec(text)![0]}`)).toEqual(
    [],
  );
});

test("the reader of comments knows a comment from a string", () => {
  const { comments, strings } = parse(
    "a.ts",
    'const a = "// no comment"; // one\nconst b = `/* none */`; ' +
      "/* two\nlines */ const c = /\\/\\//;",
  );
  expect(comments.map(({ name, line }) => [name, line])).toEqual([
    ["// one", 1],
    ["/* two\nlines */", 2],
  ]);
  expect(strings.map(({ name }) => name)).toEqual(['"// no comment"', "`/* none */`", "/\\/\\//"]);
});
