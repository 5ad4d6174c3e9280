// The examples of the SDK, as its users see them. It owns how they are found, and must not know how
// they are run.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const SDK = join(import.meta.dirname, "../../sdk");

/** A piece of code that shows how to use a name, and what it prints. */
export interface Example {
  /** `createLatchkey`, or `README 3`. */
  readonly name: string;
  readonly code: string;
  readonly prints: readonly string[];
}

const example = (name: string, code: string): Example => ({
  name,
  code,
  prints: [...code.matchAll(/console\.log\(.*\);? \/\/ (.*)$/gm)].map(([, text]) => text!),
});

const INSIDE = String.raw`(?:(?!\*/)[\s\S])*`;
const KEYWORDS = "(?:export |interface |type |function |readonly |async )*";
const COMMENT = new RegExp(
  String.raw`/\*\*(${INSIDE}?@example${INSIDE})\*/\s*${KEYWORDS}(\w+)`,
  "g",
);

/** Every example in a comment, named for what the comment stands before. */
function inComments(source: string): Example[] {
  return [...source.matchAll(COMMENT)].map(([, comment, name]) =>
    example(
      name!,
      comment!
        .slice(comment!.indexOf("@example") + "@example".length)
        .replaceAll(/^ *\* ?/gm, "")
        .replaceAll("```ts\n", "")
        .replaceAll("```", "")
        .trim(),
    ),
  );
}

const sources = (): string[] =>
  globSync("src/**/*.ts", { cwd: SDK })
    .toSorted()
    .map((file) => readFileSync(join(SDK, file), "utf8"));

const readme = readFileSync(join(SDK, "README.md"), "utf8");

/** The examples of the README, in order. */
export const inReadme: readonly Example[] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
  ([, code], index) => example(`README ${index + 1}`, code!),
);

/** Every example there is. */
export const examples: readonly Example[] = [...sources().flatMap(inComments), ...inReadme];
