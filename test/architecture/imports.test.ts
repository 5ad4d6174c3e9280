// Who may import whom, and what may be used where: the tables in rules.ts, kept.
import { describe, expect, test } from "vitest";
import { IMPORTS, USES } from "./rules.ts";
import { parse, readFolder, type SourceFile } from "./source.ts";

/**
 * Returns the part of a file: `src/store/tables/users/users.ts` is of `store`, `src/app.ts` of
 * `app`, and all files in sdk/ are of `sdk`.
 */
function partOf(path: string): string {
  const [root = "", folder = ""] = path.split("/");
  return root === "src" ? folder.replace(/\.ts$/, "") : root;
}

function allows(rule: string, name: string, typeOnly: boolean): boolean {
  const place = rule.replace(/^type /, "");
  if (place !== rule && !typeOnly) return false;
  if (place.endsWith("*")) return name.startsWith(place.slice(0, -1));
  return name === place || name === `${place}.ts` || name.startsWith(`${place}/`);
}

function wrongImports(file: SourceFile): string[] {
  const part = partOf(file.path);
  const rules = [part, ...(IMPORTS[part] ?? [])];
  return file.imports
    .filter(
      ({ name, typeOnly }) =>
        partOf(`src/${name}`) !== part && !rules.some((rule) => allows(rule, name, typeOnly)),
    )
    .map(
      ({ name, line }) =>
        `${file.path}:${line} imports ${name}; ${part} may import ` +
        `${IMPORTS[part]?.join(", ") ?? "nothing: it has no rule"}`,
    );
}

function wrongUses(file: SourceFile, names: readonly string[], only: readonly string[]): string[] {
  if (only.some((place) => file.path.startsWith(place))) return [];
  return file.uses
    .filter(({ name }) => names.includes(name))
    .map(({ name, line }) => `${file.path}:${line} uses ${name}`);
}

const files = [...readFolder("src"), ...readFolder("sdk/src")];

describe("imports", () => {
  const parts = [...new Set([...Object.keys(IMPORTS), ...files.map(({ path }) => partOf(path))])];
  test.each(parts)("of %s", (part) => {
    expect(files.filter(({ path }) => partOf(path) === part).flatMap(wrongImports)).toEqual([]);
  });
});

describe("uses", () => {
  test.each(USES)("of $names only in $only", ({ names, only }) => {
    expect(files.flatMap((file) => wrongUses(file, names, only))).toEqual([]);
  });
});

describe("the rules themselves", () => {
  const wrong = (path: string, text: string): string[] => {
    const file = parse(path, text);
    return [
      ...wrongImports(file),
      ...USES.flatMap(({ names, only }) => wrongUses(file, names, only)),
    ];
  };

  test.each([
    ["src/domain/a.ts", 'import { b } from "./b.ts"; import { createHash } from "node:crypto";'],
    [
      "src/http/a.ts",
      'import { Dialect } from "../../gen/wire/v1/wire_pb.ts"; ' +
        'import type { Http } from "node:http";',
    ],
    ["src/legacy/a.ts", 'import type { Call } from "../rpc/call.ts";'],
    ["src/legacy/a.ts", 'import { bind } from "../rpc/call.ts";'],
    [
      "src/commands/a.ts",
      'import { build } from "../app.ts"; ' +
        'import { openStore } from "../store/engine/create-store.ts";',
    ],
    ["src/domain/clock.ts", "export const now = () => Date.now();"],
    [
      "src/store/a.ts",
      '// import "../rpc/call.ts"\nexport const text = "process.env Date.now()"; new Date(5);',
    ],
  ])("let pass: %s %s", (path, text) => {
    expect(wrong(path, text)).toEqual([]);
  });

  test.each([
    [
      "src/domain/a.ts",
      'import type { Row } from "../store/engine/schema.ts";',
      "imports store/engine/schema.ts",
    ],
    ["src/domain/a.ts", 'export * from "node:fs";', "imports node:fs"],
    ["src/domain/a.ts", 'type Row = import("kysely").Kysely<unknown>;', "imports kysely"],
    [
      "src/http/a.ts",
      'import { User } from "../../gen/identity/v1/user_pb.ts";',
      "imports gen/identity/v1/user_pb.ts",
    ],
    ["src/legacy/a.ts", 'import { errors } from "../rpc/errors.ts";', "imports rpc/errors.ts"],
    [
      "src/main.ts",
      'import { openStore } from "./store/engine/create-store.ts";',
      "imports store/engine/create-store.ts",
    ],
    ["src/web/a.ts", 'const page = await import("../rpc/call.ts");', "imports rpc/call.ts"],
    ["src/web/a.ts", "const page = await import(name);", "imports a name that is computed"],
    ["src/elsewhere/a.ts", 'import { users } from "../domain/users.ts";', "it has no rule"],
    ["src/app.ts", "export const { PORT } = process.env;", "uses process.env"],
    ["src/domain/a.ts", "export const at = new Date();", "uses new Date()"],
    ["src/domain/a.ts", "export const id = crypto.randomUUID();", "uses randomUUID"],
    ["src/store/a.ts", "\n\nthrow new ConnectError('no');", "src/store/a.ts:3 uses ConnectError"],
  ])("refuse: %s %s", (path, text, complaint) => {
    expect(wrong(path, text)).toEqual([expect.stringContaining(complaint)]);
  });
});
