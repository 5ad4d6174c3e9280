// Runs Stryker over a sample of src/domain and src/http, or over the files that are named:
// `npm run mutate -- [--sample <windows>] [--seed <number>] [<file> …]`.
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { delimiter } from "node:path";
import { parseArgs } from "node:util";
import { execute } from "./execute.ts";

/** How many lines of a file are mutated together. */
const WINDOW = 10;

/** A generator of numbers from 0 to 1 that gives the same ones for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Picks windows of lines, each line of all files with the same chance. */
function sampleOf(count: number, seed: number): string[] {
  const windows = globSync("src/{domain,http}/**/*.ts")
    .toSorted()
    .flatMap((file) => {
      const lines = readFileSync(file, "utf8").split("\n").length - 1;
      return Array.from({ length: Math.ceil(lines / WINDOW) }, (_, index) => {
        const first = index * WINDOW + 1;
        return `${file}:${first}-${Math.min(first + WINDOW - 1, lines)}`;
      });
    });
  const random = randomOf(seed);
  for (let index = windows.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [windows[index], windows[other]] = [windows[other]!, windows[index]!];
  }
  return windows.slice(0, count);
}

const { values, positionals } = parseArgs({
  options: {
    sample: { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
  },
  allowPositionals: true,
});
process.chdir(join(import.meta.dirname, ".."));
process.env.PATH = `${resolve("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
const mutate =
  positionals.length > 0 ? positionals : sampleOf(Number(values.sample), Number(values.seed));
const { ok } = await execute("stryker", ["run", "--mutate", mutate.join(",")], "inherit");
process.exitCode = ok ? 0 : 1;
