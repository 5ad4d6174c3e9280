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

/** Returns whether a text has a name as a whole: `oidcc-server` isn't in `oidcc-server-rotate-keys`. */
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

const linkOf = (path: string): string =>
  `[${path.replace(/^test\/(oauth\/)?/, "").replace(/\.test\.ts$/, "")}](../${path})`;

function rowOf({ module, state, files }: Finding): string {
  const last = state === "not offered" ? module.notOffered! : files.map(linkOf).join(", ");
  return `| ${module.name} | ${state} | ${last} |`;
}

/** Returns how many modules are in a state. */
const count = (findings: readonly Finding[], wanted: Finding["state"]): number =>
  findings.filter(({ state }) => state === wanted).length;

/** Returns the document; the formatter aligns its columns. */
export function conformanceDocument(): string {
  const all = findTests();
  const tables = AREAS.map((area) => {
    const findings = findTests([area]);
    return [
      `## ${area.title}`,
      "",
      "| module | state | shown by, or why not |",
      "| --- | --- | --- |",
      ...findings.map(rowOf),
      "",
    ].join("\n");
  });
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
- **not offered**: the suite skips the module for a server that doesn't announce the feature.
- **not yet**: no test shows it.

Response types other than \`code\` are not offered (OAuth 2.1 leaves them out), so the profiles
Implicit, Hybrid and Dynamic can't be certified. Neither is mutual TLS: tokens of FAPI 2.0 are bound
by DPoP, and clients authenticate by \`private_key_jwt\`. Names of FAPI 2.0 are those of the suite
without \`fapi2-security-profile-final-\`, or say the rule.

\`npm run conformance\` prints this page from the titles of the tests.

${tables.join("\n")}`;
}
