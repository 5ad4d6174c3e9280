// The licenses of the packages whose code is in a build.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The file of a build with these texts. */
export const LICENSES = "THIRD-PARTY-LICENSES.txt";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const LICENSE = /^(licen[cs]e|copying|notice)/i;
/** The comment at the top of a file. */
const HEADER = /^(?:\/\/.*\n)+/;

/** Returns the folder of the package that a module belongs to; undefined for modules of ours. */
const folderOf = (module: string): string | undefined =>
  /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];

/** Returns the texts of a package that are kept: its files, or what its modules begin with. */
function textsOf(folder: string, modules: readonly string[]): string[] {
  const files = readdirSync(folder).filter((name) => LICENSE.test(name));
  if (files.length > 0) return files.map((name) => readFileSync(join(folder, name), "utf8"));
  const headers = modules.map((name) => HEADER.exec(readFileSync(name, "utf8"))?.[0] ?? "");
  return [...new Set(headers)]
    .filter((header) => /copyright/i.test(header))
    .map((header) => header.replaceAll(/^\/\/ ?/gm, ""));
}

/**
 * Returns the licenses of the packages that these modules belong to, each package with its texts.
 * `own` is the license of this repository, which some packages have too and don't repeat.
 */
export function licensesOf(modules: readonly string[], own: string): string {
  const byFolder = Map.groupBy(modules, (module) => folderOf(module) ?? "");
  byFolder.delete("");
  const sections = [...byFolder].map(([folder, members]) => {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
    const texts = textsOf(folder, members);
    if (texts.length === 0) throw new Error(`${manifest.name} has no text of its license`);
    const title = `${manifest.name} ${manifest.version}, ${manifest.license}`;
    return [title, ...texts.map((text) => text.trim())].join("\n\n");
  });
  return [
    "The code of these packages is part of Latchkey's build.",
    ...sections.toSorted(),
    own.trim(),
    "",
  ].join(`\n\n${"-".repeat(80)}\n\n`);
}
