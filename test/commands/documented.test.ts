// Runs the commands of docs/command-line.md as they are written. Only the folder and the path
// of the program differ.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { IMPORT_FIELDS } from "../../src/domain/accounts/import/imported-user.ts";
import { builtProgram } from "../bundle.ts";
import { newFolder } from "../mariadb-server.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/command-line.md"), "utf8");
const folder = await newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

const blocks = (language: string): string[] =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``, "g"))].map(([, text]) => text!);

test("every command of the page works, in its order, and answers what the page shows", async () => {
  const program = `latchkey() { "${process.execPath}" "${await builtProgram()}" "$@"; }`;
  const script = `${program}\n${blocks("sh").join("\n")}`;
  const { stdout, stderr } = await promisify(execFile)(
    "bash",
    ["--norc", "-euo", "pipefail", "-c", script],
    { cwd: folder, env: { PATH: process.env["PATH"], PORT: "0" } },
  );
  expect(stderr).toBe("");
  const [summary, ...problem] = blocks("json")[0]!.trim().split("\n");
  expect(stdout).toContain(summary);
  expect(stdout).toContain(problem.join(""));
  expect(stdout).toMatch(/^Locked .*\n^Unlocked .*\n^Made the key [^]*^ok +database +SQLite/m);
});

test("the page has every field of an import", () => {
  for (const field of IMPORT_FIELDS) expect(page).toContain(`\`${field}\``);
});
