// The SDK as partners get it: packed, installed, type-checked, and every example of it run, on both
// versions of Node.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as connect from "../../sdk/src/connect.ts";
import * as http from "../../sdk/src/http.ts";
import * as mcp from "../../sdk/src/mcp.ts";
import * as index from "../../sdk/src/index.ts";
import { useServer } from "../use-server.ts";
import { type Consumer, createConsumer } from "./consumer.ts";
import { examples, inReadme, SDK } from "./examples.ts";
import { DECLARATIONS, register, RUNNER } from "./given.ts";

const manifest = JSON.parse(readFileSync(join(SDK, "package.json"), "utf8")) as {
  license: string;
  version: string;
  dependencies: Record<string, string>;
  main: string;
  types: string;
  typesVersions: Record<string, Record<string, string[]>>;
  exports: Record<string, string | { types: string; default: string }>;
};

const tsconfig = {
  compilerOptions: {
    module: "nodenext",
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: [],
    outDir: "out",
    rootDir: ".",
  },
  include: ["*.ts", "*.cts"],
};

// As in a project without @types/node.
const NODE_TYPES = `
declare module "node:http" {
  interface Incoming { readonly headers: { readonly authorization?: string } }
  interface Outgoing {
    statusCode: number;
    setHeader(name: string, value: string): this;
    end(body: string): this;
  }
  interface Server { listen(port: number): this; address(): unknown; close(): this }
  export function createServer(listener: (request: Incoming, response: Outgoing) => void): Server;
}
`;

describe("the packed SDK", () => {
  const used = useServer({ environment: { SECRETPAIR: "on" } });
  let consumer: Consumer;
  let environment: Record<string, string>;

  beforeAll(async () => {
    consumer = await createConsumer();
    environment = { ...(await register(used)), EXAMPLES: String(examples.length) };
    const real = (code: string): string =>
      code
        .replaceAll("http://127.0.0.1:8080", used.url)
        .replaceAll("my-client", environment.CLIENT_ID!)
        .replaceAll("my-secret", environment.CLIENT_SECRET!);
    await consumer.write(
      Object.fromEntries(
        examples.map(({ code }, at) => [`example-${at}.ts`, `${real(code)}\nexport {};\n`]),
      ),
    );
    await consumer.write({
      "tsconfig.json": JSON.stringify(tsconfig),
      "given.d.ts": DECLARATIONS,
      "node.d.ts": NODE_TYPES,
      "runner.js": RUNNER,
      "required.cts":
        'import { createLatchkey, isReason } from "@latchkey/sdk";\n' +
        'import { guardNode } from "@latchkey/sdk/http";\n' +
        "export const given = [createLatchkey, isReason, guardNode];\n",
      "require.cjs":
        'console.log(["", "/connect", "/http", "/identity", "/mcp"].map((entry) => ' +
        'Object.keys(require("@latchkey/sdk" + entry)).length > 0).join());\n',
    });
    await consumer.compile();
  }, 180_000);
  afterAll(() => consumer.remove());

  test("is small, free, and depends on three packages", () => {
    expect(statSync(consumer.tarball).size).toBeLessThan(120_000);
    expect(manifest.license).toBe("Apache-2.0");
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(3);
  });

  test.each([20, 24] as const)("shows nothing that does not work, on Node %i", async (major) => {
    const printed = JSON.parse(await consumer.node(major, "runner.js", environment)) as string[][];
    expect(examples.map(({ name }, at) => [name, printed[at]])).toEqual(
      examples.map(({ name, prints }) => [name, prints]),
    );
  });

  test.each([20, 24] as const)("can be required, on Node %i", async (major) => {
    expect(await consumer.node(major, "require.cjs")).toBe("true,true,true,true,true\n");
    expect(await consumer.node(major, "out/required.cjs")).toBe("");
  });
});

// `moduleResolution: node10` doesn't read `exports`.
test("every entry has its types and its code for old resolution too", () => {
  const entries = Object.entries(manifest.exports).filter(([, entry]) => typeof entry === "object");
  expect(entries.length).toBe(5);
  expect(manifest.exports["."]).toEqual({ types: manifest.types, default: manifest.main });
  expect(manifest.typesVersions).toEqual({
    "*": Object.fromEntries(
      entries
        .filter(([name]) => name !== ".")
        .map(([name, entry]) => [name.slice(2), [(entry as { types: string }).types]]),
    ),
  });
});

test("the README's command makes the tarball that it installs", () => {
  const readme = readFileSync(join(SDK, "README.md"), "utf8");
  const [, folder, installed] =
    /pack-sdk -- (\S+)\nnpm install --prefix \S+ (\S+)/.exec(readme) ?? [];
  expect(installed).toBe(`${folder}/latchkey-sdk-${manifest.version}.tgz`);
  const made = join(mkdtempSync(join(tmpdir(), "latchkey-pack-")), "sdk");
  const printed = execFileSync("npm", ["run", "--silent", "pack-sdk", "--", made], {
    cwd: join(SDK, ".."),
    encoding: "utf8",
  });
  expect(printed.trim()).toBe(join(made, `latchkey-sdk-${manifest.version}.tgz`));
  expect(statSync(printed.trim()).size).toBeGreaterThan(1000);
  rmSync(dirname(made), { recursive: true });
});

test("the README starts with five statements that sign a user in and verify the token", () => {
  const [first] = inReadme;
  expect(first!.code.match(/;( \/\/.*)?$/gm)).toHaveLength(5);
  expect(first!.code).toMatch(/signIn\([\s\S]*verifyToken\(/);
});

test("every public name has an example, and every example says what it prints", () => {
  const typesOf = (file: string): string[] =>
    [
      ...readFileSync(join(SDK, "src", file), "utf8").matchAll(/^export type \{([^}]*)\}/gm),
    ].flatMap(([, names]) =>
      names!
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    );
  const own = (names: readonly string[]): string[] =>
    names.filter((name) => name !== "Code" && name !== "ConnectError");
  const latchkey = index.createLatchkey({ baseUrl: "http://127.0.0.1:1", clientId: "a" });
  const wanted = [index, connect, http, mcp, latchkey].flatMap((names) => own(Object.keys(names)));
  const named = new Set(examples.map(({ name }) => name));
  expect(
    [...wanted, ...["index.ts", "connect.ts", "http.ts", "mcp.ts"].flatMap(typesOf)].filter(
      (name) => !named.has(name),
    ),
  ).toEqual([]);
  expect(examples.filter(({ prints }) => prints.length === 0)).toEqual([]);
});
