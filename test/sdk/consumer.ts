// A partner's project: empty, but for the packed SDK. It owns its folder and the versions of Node,
// and must not know what is tried in it.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { packSdk } from "../../scripts/pack-sdk.ts";
import { SDK } from "./examples.ts";

const run = promisify(execFile);
const MODULES = resolve(SDK, "../node_modules");
const NPM = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
/** For systems whose own Node is another; from npm, as the server's own. */
const NODE_20 = `node-${process.platform}-${process.arch}@20.20.2`;

export interface Consumer {
  readonly folder: string;
  /** The packed SDK. */
  readonly tarball: string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Checks and compiles all TypeScript; throws what the compiler says. */
  compile(): Promise<void>;
  /** Runs a file on a version of Node; answers what it prints. */
  node(
    major: 20 | 24,
    file: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<string>;
  remove(): Promise<void>;
}

const majorOf = async (node: string): Promise<number> =>
  Number(
    (await run(node, ["-p", "process.versions.node"]).catch(() => ({ stdout: "" }))).stdout.split(
      ".",
    )[0],
  );

/** The system's Node 20, or one in a folder of its own. */
async function findNode20(folder: string): Promise<string> {
  for (const place of (process.env.PATH ?? "").split(delimiter)) {
    if (!place.includes("node_modules") && (await majorOf(join(place, "node"))) === 20)
      return join(place, "node");
  }
  await mkdir(folder);
  await run("npm", ["install", ...NPM, "--prefix", folder, NODE_20], { cwd: folder });
  return join(folder, "node_modules", dirname(`${NODE_20}/`).replace(/@[\d.]+$/, ""), "bin/node");
}

/** Installs the packed SDK into an empty project. */
export async function createConsumer(): Promise<Consumer> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-sdk-"));
  const folder = join(root, "project");
  const tarball = await packSdk(join(root, "sdk"));
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await run("npm", ["install", ...NPM, tarball], { cwd: folder });
  const nodes = { 20: await findNode20(join(root, "node20")), 24: process.execPath };
  return {
    folder,
    tarball,
    write: async (files) => {
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    },
    compile: async () => {
      await run(join(MODULES, ".bin/tsc"), ["--project", folder, "--pretty", "false"]).catch(
        (error: { stdout: string }) => {
          throw new Error(error.stdout);
        },
      );
    },
    node: async (major, file, environment = {}) => {
      if ((await majorOf(nodes[major])) !== major)
        throw new Error(`${nodes[major]} is not Node ${major}`);
      return (
        await run(nodes[major], ["--no-warnings", file], {
          cwd: folder,
          env: { ...process.env, ...environment },
        })
      ).stdout;
    },
    remove: () => rm(root, { recursive: true }),
  };
}
