// The published package: npm packs it, installs it in an empty folder with what it depends on, and
// its command serves, migrates and imports there.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtProgram } from "../bundle.ts";
import { ROOT } from "./dockerfile.ts";

const QUIET = ["--loglevel=error", "--no-audit", "--no-fund", "--no-progress"];

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

let folder = "";
let packed: Packed;
const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  LOG_LEVEL: "silent",
};
const run = async (command: string, words: readonly string[], cwd = folder): Promise<string> =>
  (await promisify(execFile)(command, words, { cwd, env: environment })).stdout;
const latchkey = (...words: string[]): Promise<string> =>
  run("npx", ["--no-install", "latchkey", ...words]);

beforeAll(async () => {
  await builtProgram();
  folder = await mkdtemp(join(tmpdir(), "latchkey-package-"));
  // The program is built already, and several workers must not build into one folder by turns.
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder, ...QUIET];
  [packed] = JSON.parse(await run("npm", pack, ROOT)) as [Packed];
  await run("npm", ["install", ...QUIET, "--prefer-offline", join(folder, packed.filename)]);
});
afterAll(() => rm(folder, { recursive: true }));

describe("the package", () => {
  test("has the program, its source maps and the licenses of others, and no sources", () => {
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !path.startsWith("dist/")).toSorted()).toEqual([
      "LICENSE",
      "README.md",
      "bin/latchkey.cjs",
      "package.json",
    ]);
    expect(paths).toEqual(
      expect.arrayContaining(["dist/latchkey.cjs", "dist/THIRD-PARTY-LICENSES.txt"]),
    );
    const scripts = paths.filter((path) => /^dist\/\w+\/.*\.cjs$/.test(path));
    expect(scripts.length).toBeGreaterThan(5);
    expect(paths).toEqual(expect.arrayContaining(scripts.map((path) => `${path}.map`)));
    expect(paths.filter((path) => /\/openapi-3\.[01]\.json$/.test(path))).toHaveLength(2);
    expect(paths.filter((path) => /\/cache\/|\.ts$|\.proto$/.test(path))).toEqual([]);
  });

  test("needs no packages but those that can't be bundled", async () => {
    const own = JSON.parse(
      await readFile(join(folder, "node_modules/latchkey/package.json"), "utf8"),
    ) as Record<string, object>;
    expect(Object.keys({ ...own["dependencies"], ...own["optionalDependencies"] })).toEqual([
      "argon2",
      "bcrypt",
      "swagger-ui-dist",
      "@node-rs/argon2",
    ]);
    const installed = await readdir(join(folder, "node_modules"));
    expect(installed.filter((name) => /typescript|rolldown|node-linux|kysely/.test(name))).toEqual(
      [],
    );
  });
});

describe("npx latchkey, in an empty folder", () => {
  test("migrates, imports users and serves them", async () => {
    await rm(join(folder, ".data"), { recursive: true, force: true });
    expect(await latchkey("migrate")).toMatch(/^Migrated: 0001/);
    const user = { username: "ada", email: "ada@example.com", password: "correct horse battery" };
    await writeFile(join(folder, "users.jsonl"), `${JSON.stringify(user)}\n`);
    expect(JSON.parse(await latchkey("user", "import", "users.jsonl"))).toMatchObject({
      imported: 1,
    });
    // npx itself would end at the signal, and not wait for the server.
    const child = spawn("node_modules/.bin/latchkey", {
      cwd: folder,
      env: { ...environment, PORT: "0", METRICS_PORT: "0" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    try {
      let url = "";
      for await (const line of createInterface(child.stdout)) {
        url ||= /listens on (\S+)/.exec(line)?.[1] ?? "";
        if (line.includes("buf curl")) break;
      }
      const session = await fetch(`${url}/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ email: user.email, password: user.password }),
      });
      expect([session.status, await session.json()]).toMatchObject([
        200,
        { user: { username: "ada" } },
      ]);
      // Parts that are loaded when they are first needed.
      for (const path of ["/docs", "/openapi.json", "/openapi-3.0.json", "/sign-up", "/account"])
        expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
    } finally {
      child.kill("SIGTERM");
    }
    expect(await ended).toEqual([0, null]);
  });
});
