// Prints docs/conformance.md of the modules and of the titles of the tests.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FAPI_AREAS } from "./fapi-modules.ts";
import type { Area, Module } from "./module.ts";
import { OPENID_AREAS } from "./openid-modules.ts";

const ROOT = join(import.meta.dirname, "../..");
export const DOCUMENT = join(ROOT, "docs/conformance.md");

/** All areas, in the order of the document. */
export const AREAS: readonly Area[] = [...OPENID_AREAS, ...FAPI_AREAS];

/** A test file and the texts in it. */
interface TestFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly texts: readonly string[];
}

/** A module with the files of the tests that show it. */
export interface Finding {
  readonly module: Module;
  readonly state: "held" | "not offered" | "not yet";
  readonly files: readonly string[];
}

/** Reads the texts in quotes of the tests that can show a module. */
function readTests(): readonly TestFile[] {
  const paths = globSync("test/{oauth,process,web/oauth}/**/*.test.ts", { cwd: ROOT }).toSorted();
  return paths.map((path) => {
    const source = readFileSync(join(ROOT, path), "utf8");
    const texts = [...source.matchAll(/(["`])((?:(?!\1)[^\n])+)\1/g)].map(([, , text]) => text!);
    return { path, texts };
  });
}

/** Returns whether a text has a name as a whole, not as a part of a longer name. */
function hasName(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const [before, after] = [text[at - 1] ?? " ", text[at + name.length] ?? " "];
    if (!/[\w-]/.test(before) && !/[\w-]/.test(after)) return true;
  }
  return false;
}

/** Finds the tests of every module. */
export function findTests(areas: readonly Area[] = AREAS): readonly Finding[] {
  const tests = readTests();
  return areas.flatMap(({ modules }) =>
    modules.map((module) => {
      const wanted = module.shownBy ?? [module.name];
      const files = tests
        .filter(({ texts }) => texts.some((text) => wanted.some((name) => hasName(text, name))))
        .map(({ path }) => path);
      const found = files.length > 0 ? "held" : "not yet";
      return { module, files, state: module.notOffered === undefined ? found : "not offered" };
    }),
  );
}

/** More of a name makes a row of the table longer than a line of this repository may be. */
const MAX_NAME = 58;

function shortName(name: string): string {
  const rest = name.replace(/^oidcc-/, "");
  return rest.length > MAX_NAME ? `${rest.slice(0, MAX_NAME - 1)}…` : rest;
}

/** Returns the names of files in the document by their paths, with the folder where it must be. */
function labelsOf(paths: readonly string[]): ReadonlyMap<string, string> {
  const partsOf = (path: string) => path.replace(/\.test\.ts$/, "").split("/");
  const bases = paths.map((path) => partsOf(path).at(-1));
  return new Map(
    paths.map((path) => {
      const parts = partsOf(path);
      const isOnly = bases.filter((base) => base === parts.at(-1)).length === 1;
      return [path, parts.slice(isOnly ? -1 : -2).join("/")];
    }),
  );
}

/** Returns how many modules are in a state. */
const count = (findings: readonly Finding[], wanted: Finding["state"]): number =>
  findings.filter(({ state }) => state === wanted).length;

/** Returns the document; the formatter aligns its columns. */
export function conformanceDocument(): string {
  const all = findTests();
  const paths = [...new Set(all.flatMap(({ files }) => files.slice(0, 1)))].toSorted();
  const labels = labelsOf(paths);
  const linkOf = (file: string | undefined): string =>
    file === undefined ? "" : `[${labels.get(file)}]`;
  const rowOf = ({ module, state, files: [file] }: Finding): string =>
    `| ${state} | ${shortName(module.name)} | ${linkOf(file)} |`;
  const tables = AREAS.map((area) => [
    `## ${area.title}`,
    "",
    "| state | module | shown by |",
    "| --- | --- | --- |",
    ...findTests([area]).map(rowOf),
    "",
  ]).flat();
  const reasons = all.flatMap(({ module: { name, notOffered } }) =>
    notOffered === undefined ? [] : [`- ${shortName(name)}: ${notOffered}.`],
  );
  const links = paths.map((path) => `[${labels.get(path)}]: ../${path}`);
  const total = [
    `Of ${all.length} modules ${count(all, "held")} are held,`,
    `${count(all, "not offered")} are not offered and ${count(all, "not yet")} are not yet shown.`,
  ].join(" ");
  return `# Conformance

What the conformance suite of the OpenID Foundation asks of a provider, module by module, and the
test of this repository that shows it. The tests send what the module sends and expect what it
expects, over HTTP and mostly on both stores. Latchkey is not certified: certification runs the
suite itself against an installation.

${total}

- **held**: a test with the name of the module, or with one that means it, passes.
- **not offered**: the suite skips the module for a server that doesn't announce the feature. A test
  may show that it is refused. [Why](#not-offered-and-why) is below.
- **not yet**: no test shows it.

Response types other than \`code\` are not offered (OAuth 2.1 leaves them out), so the profiles
Implicit, Hybrid and Dynamic can't be certified. Neither is mutual TLS: tokens of FAPI 2.0 are bound
by DPoP, and clients authenticate by \`private_key_jwt\`. Names have no \`oidcc-\` and no
\`fapi2-security-profile-final-\` here, and those of FAPI 2.0 may say the rule.

\`npm run conformance\` prints this page from the titles of the tests.

${tables.join("\n")}
## Not offered, and why

${reasons.join("\n")}

${links.join("\n")}
`;
}
