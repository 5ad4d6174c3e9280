import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** A line of a text file of the repository. */
export interface Line {
  /** Such as `docs/security.md:12`. */
  readonly place: string;
  readonly text: string;
}

const FOLDERS = [
  "src",
  "sdk",
  "test",
  "scripts",
  "bench",
  "torture",
  "proto",
  "docs",
  "deploy",
  ".github",
];
/** Generated code, contracts of others, and what npm or a client wrote. */
const LEFT_OUT =
  /(^|\/)(node_modules|gen|dist)\/|^proto\/(google|buf|grpc)\/|_pb\.ts$|documented-apis\.ts$/;

/** Returns every line of the files with one of these endings, by hand or by the formatter. */
export function linesOf(endings: RegExp): Line[] {
  const top = readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const below = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) =>
      join(folder, name),
    ),
  );
  return [...top, ...below]
    .filter((path) => endings.test(path) && !LEFT_OUT.test(path))
    .flatMap((path) => {
      const lines = readFileSync(join(ROOT, path), "utf8").split("\n");
      return lines.map((text, index) => ({
        place: `${relative(ROOT, join(ROOT, path))}:${index + 1}`,
        text,
      }));
    });
}
