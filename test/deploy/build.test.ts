// The build in a clone: by two processes at once, beside a process that runs the build before, and
// where nothing may be written or installed.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync } from "node:fs";
import { rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ROOT } from "./dockerfile.ts";

const clone = mkdtempSync(join(tmpdir(), "latchkey-clone-"));
const dist = join(clone, "dist");

beforeAll(() => {
  for (const name of ["bin", "gen", "LICENSE", "scripts", "src", "package.json"])
    cpSync(join(ROOT, name), join(clone, name), { recursive: true });
  cpSync(join(ROOT, "package-lock.json"), join(clone, "package-lock.json"));
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
});
afterAll(() => rmSync(clone, { recursive: true, force: true }));

const builds = (): string[] => readdirSync(dist).filter((name) => /^[0-9a-f]{16}$/.test(name));

/** Runs a program of the clone to its end. */
async function run(...words: string[]): Promise<{ code: unknown; stdout: string }> {
  const child = spawn(process.execPath, words, { cwd: clone, stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  const [code] = (await once(child, "close")) as [unknown];
  return { code, stdout };
}

/** Starts the program of the clone. */
async function serve(): Promise<{ url: string; stop(): Promise<unknown[]> }> {
  const child = spawn(process.execPath, [join(dist, "latchkey.cjs")], {
    cwd: clone,
    env: { ...process.env, DATA_DIR: join(clone, "data"), PORT: "0", METRICS_PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const end = once(child, "exit");
  let url = "";
  for await (const line of createInterface(child.stdout)) {
    url ||= /listens on (\S+)/.exec(line)?.[1] ?? "";
    if (line.includes("buf curl")) break;
  }
  const stop = (): Promise<unknown[]> => {
    child.kill("SIGTERM");
    return end;
  };
  return { url, stop };
}

test("two builds at once make one, and a process keeps its own beside the next", async () => {
  const both = await Promise.all([run("scripts/build/build.ts"), run("scripts/build/build.ts")]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  const [old, ...others] = builds();
  expect(others).toEqual([]);
  const server = await serve();
  try {
    appendFileSync(join(clone, "src/main.ts"), "// Changed.\n");
    // A command builds, and its output is its own.
    expect(await run("bin/latchkey.cjs", "--version")).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
    });
    expect(builds()).toHaveLength(2);
    expect(builds()).toContain(old);
    // Each is a part that the process loads now.
    for (const path of ["/openapi.json", "/openapi-3.0.json"])
      expect((await fetch(server.url + path)).status).toBe(200);
  } finally {
    await server.stop();
  }
});

test("npm start writes and installs nothing where the build is right", async () => {
  // As after `npm ci --omit=dev`: no stamp of an installation, and no packages for developers.
  rmSync(join(clone, "node_modules"));
  mkdirSync(join(clone, "node_modules/@node-rs"), { recursive: true });
  for (const name of ["argon2", "bcrypt", "swagger-ui-dist", "@node-rs/argon2"])
    symlinkSync(join(ROOT, "node_modules", name), join(clone, "node_modules", name));
  const before = [clone, dist].map((folder) => statSync(folder).mtimeMs);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["scripts/install.mjs", "--build"],
    { cwd: clone, encoding: "utf8" },
  );
  expect([status, stdout, stderr]).toEqual([0, "", ""]);
  expect([clone, dist].map((folder) => statSync(folder).mtimeMs)).toEqual(before);
  const server = await serve();
  const ready = await fetch(`${server.url}/readyz`);
  expect([ready.status, await server.stop()]).toEqual([200, [0, null]]);
});
