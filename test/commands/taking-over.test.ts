// Runs the commands of docs/taking-over.md as they are written, one after the other.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { builtProgram } from "../bundle.ts";
import { newFolder } from "../mariadb-server.ts";
import { jsonl, lines } from "../state/lines.ts";

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/taking-over.md"), "utf8");
const folder = await newFolder();
afterAll(() => rmSync(folder, { recursive: true }));

test("every command of the page works, in its order", async () => {
  const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) => text!);
  expect(blocks).toHaveLength(6);
  await writeFile(join(folder, "state.jsonl"), jsonl(lines()));
  const program = `latchkey() { "${process.execPath}" "${await builtProgram()}" "$@"; }`;
  const { stdout, stderr } = await promisify(execFile)(
    "bash",
    ["--norc", "-euo", "pipefail", "-c", `${program}\n${blocks.join("\n")}`],
    { cwd: folder, env: { PATH: process.env["PATH"], PORT: "0" } },
  );
  expect(stderr).toBe("");
  expect(stdout).toContain('"dry_run":true');
  expect(stdout).toContain('{"api":"kokids","stage":"mirror","percent":100}');
  expect(stdout).toContain('{"api":"kokids","stage":"fallback","percent":5,"before":"mirror"}');
  expect(stdout).toContain('{"api":"kokids","stage":"own","percent":100}');
  expect(stdout).toMatch(/"users":\{"learned":0,"known":2,"missing":1\}/);
  expect(stdout).toContain('{"api":"kokids","removed":{},"kept":[]}');
});

test("the page has every stage and the words of the report", () => {
  const words = ["mirror", "fallback", "own", "volatile", "missing", "circuit", "learnt"];
  expect(words.filter((word) => !page.includes(word))).toEqual([]);
});
