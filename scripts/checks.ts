import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { findWrongCommits } from "./check-commits.ts";
import { type Execution, execute } from "./execute.ts";
import { packSdk } from "./pack-sdk.ts";

/** One check; `scratch` is a folder of its own for this run. */
export interface Check {
  readonly name: string;
  run(scratch: string): Promise<Execution>;
}

/**
 * The contract that clients rely on. After a release that changes proto/, it is taken anew with
 * `buf build proto --exclude-source-info -o proto/baseline.binpb`.
 */
const BASELINE = "proto/baseline.binpb";

const names = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

const contents = (path: string): string | undefined =>
  existsSync(path) ? readFileSync(path, "latin1") : undefined;

/**
 * Generates a folder anew in the scratch folder and compares the two, byte for byte. Only in a
 * folder that is generated as a whole, a file that was not generated is wrong.
 */
async function compareGenerated(
  scratch: string,
  template: string,
  folder: string,
): Promise<Execution> {
  const generated = await execute("buf", ["generate", "--template", template, "--output", scratch]);
  if (!generated.ok) return generated;
  const fresh = join(scratch, folder);
  const old = folder.endsWith("gen") ? names(folder) : [];
  const wrong = [...new Set([...names(fresh), ...old])].filter(
    (name) => contents(join(fresh, name)) !== contents(join(folder, name)),
  );
  const output = wrong
    .map((name) => `${folder}/${name} is not what proto/ generates; run npm run generate\n`)
    .join("");
  return { ok: wrong.length === 0, output };
}

let packed: Promise<string> | undefined;

/** Runs a tool over the SDK as npm would publish it; all tools get one tarball. */
async function checkPackage(
  scratch: string,
  tool: string,
  args: (tarball: string) => readonly string[],
): Promise<Execution> {
  try {
    packed ??= packSdk(join(scratch, "sdk-package"));
    return await execute(tool, args(await packed));
  } catch (error) {
    return { ok: false, output: String(error) };
  }
}

function checkCommits(): Execution {
  const wrong = findWrongCommits();
  return { ok: wrong.length === 0, output: wrong.map((line) => `${line}\n`).join("") };
}

/** The checks that run before the tests; a failed one keeps the tests from running. */
export const CHECKS: readonly Check[] = [
  { name: "types", run: () => execute("tsc", ["--noEmit"]) },
  { name: "types of the SDK", run: () => execute("tsc", ["--project", "sdk", "--noEmit"]) },
  { name: "format", run: () => execute("oxfmt", ["--check"]) },
  { name: "lint", run: () => execute("oxlint", ["--type-aware"]) },
  { name: "unused code", run: () => execute("knip", ["--no-config-hints"]) },
  { name: "Markdown", run: () => execute("markdownlint-cli2", ["**/*.md"]) },
  { name: "messages of commits", run: () => Promise.resolve(checkCommits()) },
  { name: "lint of the contract", run: () => execute("buf", ["lint"]) },
  {
    name: "format of the contract",
    run: () => execute("buf", ["format", "proto", "--diff", "--exit-code"]),
  },
  { name: "generated code", run: (scratch) => compareGenerated(scratch, "buf.gen.yaml", "gen") },
  {
    name: "generated code of the SDK",
    run: (scratch) => compareGenerated(scratch, "sdk/buf.gen.yaml", "sdk/gen"),
  },
  {
    name: "generated lists of documented APIs",
    run: (scratch) => compareGenerated(scratch, "src/buf.gen.yaml", "src"),
  },
  {
    name: "package of the SDK",
    run: (scratch) => checkPackage(scratch, "publint", (tarball) => ["run", "--strict", tarball]),
  },
  {
    name: "types of the SDK's package",
    // The package has ES modules only, which Node's require loads too.
    run: (scratch) =>
      checkPackage(scratch, "attw", (tarball) => [
        tarball,
        "--no-definitely-typed",
        "--ignore-rules=cjs-resolves-to-esm",
        "--format=ascii",
      ]),
  },
  {
    name: "breaking changes",
    run: () => execute("buf", ["breaking", "proto", "--against", BASELINE]),
  },
];
