// `user import` of the files that people have: what it prints, its exit code, and that users can
// sign in afterwards.
import { rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { builtProgram } from "../bundle.ts";
import { newFolder } from "../mariadb-server.ts";
import { type Latchkey, run, runWarm, start } from "./latchkey.ts";

const folder = await newFolder();
const environment = { DATA_DIR: join(folder, "data") };
let server: Latchkey;
beforeAll(async () => {
  server = await start({ ...environment, LOG_LEVEL: "silent" });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Imports a file with this content, and returns how that ended. */
async function imported(name: string, content: string | Buffer, ...words: string[]) {
  const file = join(folder, name);
  writeFileSync(file, content);
  const { code, stdout, stderr } = await runWarm(["user", "import", file, ...words], environment);
  return { code, stderr, counts: stdout === "" ? {} : (JSON.parse(stdout) as object) };
}

const signsIn = async (username: string, password: string): Promise<boolean> =>
  (
    await fetch(`${server.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username, password }),
    })
  ).ok;

test("the space of a password is kept, and a second import changes nothing", async () => {
  const csv = "email,username,password\r\nspace@x.org,space, both ends \r\n";
  const first = await imported("space.csv", csv);
  expect(first).toMatchObject({ code: 0, stderr: "", counts: { imported: 1 } });
  expect(await signsIn("space", " both ends ")).toBe(true);
  expect(await signsIn("space", "both ends")).toBe(false);
  const again = await imported("space.csv", csv);
  expect(again).toMatchObject({ code: 0, counts: { imported: 0, unchanged: 1, duplicates: 0 } });
  const other = await imported("space.csv", csv.replace(" both ends ", "another"));
  expect(other).toMatchObject({ code: 1, counts: { imported: 0, duplicates: 1 } });
});

test("a user whose hash was replaced by a sign-in is unchanged", async () => {
  const hash = "pbkdf2_sha256$6400$saltysalty$fKP8J6x1QKwd9jEyKvPT992ameHpI/scuDuSmH9j0Oc=";
  const line = JSON.stringify({ email: "hash@x.org", username: "hash", password_hash: hash });
  expect(await imported("hash.jsonl", line)).toMatchObject({ code: 0 });
  expect(await signsIn("hash", "пароль correct horse")).toBe(true);
  const again = await imported("hash.jsonl", line);
  expect(again).toMatchObject({ code: 0, counts: { imported: 0, unchanged: 1 } });
});

test("CR line ends, UTF-16 and a JSON array import every user", async () => {
  const csv = (name: string) =>
    ["email,password", `${name}1@x.org,p`, `${name}2@x.org,p`].join("\r");
  const files: [string, string | Buffer][] = [
    ["cr.csv", csv("cr")],
    ["le.csv", Buffer.from(csv("le"), "utf16le")],
    ["be.csv", Buffer.from(`\uFEFF${csv("be")}`, "utf16le").swap16()],
    ["array.json", '[{"email":"j1@x.org","password":"p"},{"email":"j2@x.org","password":"p"}]'],
  ];
  for (const [name, content] of files)
    expect(await imported(name, content)).toMatchObject({
      code: 0,
      stderr: "",
      counts: { imported: 2, duplicates: 0, invalid: 0 },
    });
});

test.each<[string, string | Buffer]>([
  ["header.csv", "email,password\n"],
  ["headerless.csv", "hidden@x.org,hunter2\nhidden2@x.org,hunter2\n"],
  ["utf-32.csv", Buffer.from("h\0\0\0i\0\0\0")],
  ["latin-1.csv", Buffer.from("email,password\nhidden@x.org,hunter2é\n", "latin1")],
  ["keys.jsonl", '{"hidden@x.org":"hunter2"}'],
  ["cut.json", '[{"email":"hidden@x.org","password":"hunter2"'],
])("%s imports nothing: exit code 1, and no value of it is printed", async (name, content) => {
  const { code, stderr, counts } = await imported(name, content, "--dry-run");
  expect(code).toBe(1);
  const report = join(folder, `${name}.errors.jsonl`);
  const reported = "errors" in counts ? execFileSync("cat", [report], { encoding: "utf8" }) : "";
  expect(stderr + JSON.stringify(counts) + reported).not.toMatch(/hidden|hunter2/);
  expect(stderr + reported).not.toBe("");
});

test("a pipe that has a name is read once and imports its users", async () => {
  const stdout = execFileSync(
    "bash",
    [
      "-c",
      `"$1" "$0" user import <(printf 'email,password\\npipe@x.org,p\\n') --format csv`,
      await builtProgram(),
      process.execPath,
    ],
    { env: { ...process.env, ...environment }, cwd: folder, encoding: "utf8" },
  );
  expect(JSON.parse(stdout)).toMatchObject({ imported: 1 });
});

test("credentials that can't be parsed are not printed", async () => {
  const broken = join(folder, "broken");
  const made = await runWarm(["migrate"], { DATA_DIR: broken });
  expect(made.code).toBe(0);
  writeFileSync(join(broken, "admin.json"), '{"client_id":"hunter2" "client_secret":"hidden"}');
  const ended = await run(["serve"], { DATA_DIR: broken, PORT: "0", METRICS_PORT: "0" });
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/admin.json does not hold client_id and client_secret/);
  expect(ended.stdout + ended.stderr).not.toMatch(/hunter2|hidden/);
});
