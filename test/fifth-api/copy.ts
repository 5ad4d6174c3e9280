// A copy of what the server needs of this repository, in a temporary folder.
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const ROOT = resolve(import.meta.dirname, "../..");
const COPIED = ["src", "gen", "proto", "scripts", "sdk", "package.json", "tsconfig.json"];
const BUF = ["buf.yaml", "buf.gen.yaml"];

export interface Copy {
  readonly root: string;
  /** The settings of an installation of its own. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Copies the repository, adds the two files of the guest book and runs the generator. */
export async function copyWithGuestbook(): Promise<Copy> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-fifth-api-"));
  for (const name of [...COPIED, ...BUF])
    await cp(join(ROOT, name), join(root, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(root, "node_modules"));
  await cp(join(import.meta.dirname, "files"), root, { recursive: true });
  // The tests and benchmarks are not copied.
  const tsconfig = { extends: "./tsconfig.json", include: ["src", "gen"] };
  await writeFile(join(root, "tsconfig.copy.json"), JSON.stringify(tsconfig));
  await promisify(execFile)(process.execPath, ["scripts/generate.ts"], { cwd: root });
  return {
    root,
    environment: { DATA_DIR: join(root, "data") },
    remove: () => rm(root, { recursive: true }),
  };
}
