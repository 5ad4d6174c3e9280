// The installation before `npm start` and `npm test`, where it must not do its work.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";
import { newFolder } from "../mariadb-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = await newFolder();
afterAll(() => rm(folder, { recursive: true }));

test("packages of another lock file behind a link stay as they are", () => {
  const [copy, shared] = [join(folder, "copy"), join(folder, "shared")];
  mkdirSync(shared);
  writeFileSync(join(shared, ".latchkey-stamp"), "another");
  for (const name of ["scripts", "package.json", "package-lock.json"])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(shared, join(copy, "node_modules"));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(copy, "scripts/install.mjs")],
    { encoding: "utf8" },
  );
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^node_modules is a link .*\n$/);
  expect(readFileSync(join(shared, ".latchkey-stamp"), "utf8")).toBe("another");
});
