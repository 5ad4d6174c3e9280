// A folder with one piece of code, in which the packages are found that the code names.
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const ROOT = join(import.meta.dirname, "../..");
const PACKAGES = join(import.meta.dirname, "npm/node_modules");
/** Where Debian has go-oidc 2, whose functions the code uses under the path of version 3. */
const GO_OIDC = "/usr/share/gocode/src/github.com/coreos/go-oidc";

/** Packages whose name here is another, or which a bundler reads in another way than Node. */
async function linkPackages(folder: string): Promise<void> {
  await symlink(PACKAGES, join(folder, "node_modules"));
  const own = join(folder, "app/node_modules");
  await mkdir(join(own, "next-auth"), { recursive: true });
  await mkdir(join(own, "@latchkey/sdk"), { recursive: true });
  await symlink(join(PACKAGES, "openid-client-6"), join(own, "openid-client"));
  for (const name of ["oidc-client-ts", "jwt-decode"])
    await symlink(join(PACKAGES, name), join(own, name));
  const modules: Readonly<Record<string, string>> = {
    "next-auth/index.mjs": [
      `import module from ${JSON.stringify(join(PACKAGES, "next-auth/index.js"))};`,
      "export default module.default;",
    ].join("\n"),
    "next-auth/package.json": JSON.stringify({ exports: "./index.mjs" }),
    "@latchkey/sdk/mcp.mjs": `export * from ${JSON.stringify(
      pathToFileURL(join(ROOT, "sdk/src/mcp.ts")).href,
    )};`,
    "@latchkey/sdk/package.json": JSON.stringify({ exports: { "./mcp": "./mcp.mjs" } }),
  };
  for (const [path, text] of Object.entries(modules)) await writeFile(join(own, path), text);
  const go = join(folder, "go/src/github.com/coreos/go-oidc/v3");
  await mkdir(go, { recursive: true });
  await symlink(GO_OIDC, join(go, "oidc"));
}

/** A folder for a run; the code is in `path`, and the program runs in its folder. */
export interface SnippetFolder {
  readonly path: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Creates it. */
export async function snippetFolder(file: string, code: string): Promise<SnippetFolder> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-snippet-"));
  await linkPackages(folder);
  const cwd = join(folder, "app");
  const path = join(cwd, file);
  await writeFile(path, code);
  return {
    path,
    cwd,
    environment: {
      GO111MODULE: "off",
      GOPATH: `${join(folder, "go")}:/usr/share/gocode`,
      GOFLAGS: "",
      GOCACHE: process.env["GOCACHE"] ?? join(tmpdir(), "latchkey-go"),
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
