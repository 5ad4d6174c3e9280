// Runs the commands of docs/stubs.md as they are written, over the files that a fresh clone has. A
// command whose compiler this machine lacks is skipped, and its title says so.
import { execFile, execFileSync } from "node:child_process";
import { accessSync, constants, readdirSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { useServer } from "../use-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);
const used = useServer();

// Debian's programs come first: its packages for Python belong to its Python.
const PATH = `/usr/bin:${process.env.PATH}`;
const has = (program: string): boolean =>
  PATH.split(":").some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const page = await readFile(join(ROOT, "docs/stubs.md"), "utf8");
const blocksOf = (language: string): string[] =>
  [...page.matchAll(new RegExp("```" + language + "\\n([\\s\\S]*?)```", "g"))].map(
    ([, text]) => text!,
  );
const commandFor = (folder: string): string =>
  blocksOf("sh").find((block) => block.includes(`mkdir -p stubs/${folder}\n`)) ??
  expect.fail(`no command writes stubs/${folder}`);

let clone = "";
beforeAll(async () => {
  clone = await mkdtemp(join(tmpdir(), "latchkey-stubs-"));
  const files = execFileSync("git", ["ls-files", "proto/*.proto"], { cwd: ROOT, encoding: "utf8" });
  for (const file of files.trim().split("\n"))
    await cp(join(ROOT, file), join(clone, file), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
});
afterAll(() => rm(clone, { recursive: true }));

const generate = async (folder: string): Promise<string[]> => {
  await run("bash", ["-euo", "pipefail", "-c", commandFor(folder)], {
    cwd: clone,
    env: { ...process.env, PATH },
  });
  return readdirSync(join(clone, "stubs", folder), { recursive: true, encoding: "utf8" });
};

const COMPILERS = [
  {
    language: "go",
    programs: ["protoc", "protoc-gen-go", "protoc-gen-go-grpc"],
    file: "identity/v1/user_grpc.pb.go",
  },
  {
    language: "java",
    programs: ["protoc", "grpc_java_plugin"],
    file: "io/github/latchkey/identity/v1/UserServiceGrpc.java",
  },
  { language: "csharp", programs: ["protoc"], file: "Latchkey/Identity/V1/User.cs" },
  {
    language: "python",
    programs: ["protoc", "grpc_python_plugin"],
    file: "identity/v1/user_pb2_grpc.py",
  },
];

for (const { language, programs, file } of COMPILERS) {
  const lacking = programs.filter((program) => !has(program));
  const title = lacking.length === 0 ? "" : ` (this machine lacks ${lacking.join(" and ")})`;
  test.skipIf(lacking.length > 0)(`stubs for ${language}${title}`, async () => {
    expect(await generate(language)).toContain(file);
  });
}

const host = (): string => new URL(used.url).host;
const UNKNOWN = "UNAUTHENTICATED The user is unknown or the password is wrong.\n";

/** Runs the page's program twice: before its user exists, and after. */
async function expectSignIn(command: string, ...words: string[]): Promise<void> {
  const signIn = async (): Promise<string> =>
    (await run(command, [...words, host()], { cwd: clone, env: { ...process.env, PATH } })).stdout;
  const ada = { email: "ada@example.com", password: "correct horse battery" };
  expect(await signIn()).toBe(UNKNOWN);
  const { user } = await used.administrator.users.createUser({ ...ada, username: "ada" });
  expect(await signIn()).toBe("ada\n");
  await used.administrator.users.deleteUser({ userId: user!.id });
}

const hasGrpc = (): boolean => {
  try {
    execFileSync("/usr/bin/python3", ["-c", "import grpc, google.protobuf"], { stdio: "ignore" });
    return has("protoc") && has("grpc_python_plugin");
  } catch {
    return false;
  }
};
const runsPython = hasGrpc();

test.skipIf(!runsPython)(
  `the client in Python${runsPython ? "" : " (this machine lacks python3-grpcio)"}`,
  async () => {
    await generate("python");
    await writeFile(join(clone, "client.py"), blocksOf("python")[0]!);
    await expectSignIn("/usr/bin/python3", "client.py");
  },
);

test("the client with @grpc/proto-loader", async () => {
  await writeFile(join(clone, "client.mjs"), blocksOf("js")[0]!);
  await expectSignIn(process.execPath, "client.mjs");
});
