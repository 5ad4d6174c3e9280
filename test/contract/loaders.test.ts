// The contract as tools without buf read it. protobufjs, behind @grpc/proto-loader, can't read a
// list of messages in an option: `errors: [{…}]`. The field is repeated instead.
import type { ServiceDefinition } from "@grpc/proto-loader";
import { loadSync } from "@grpc/proto-loader";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { services } from "./descriptors.ts";

const ROOT = join(import.meta.dirname, "../..");
const GUESTBOOK = "test/fifth-api/files/proto/legacy/guestbook/v1/guestbook.proto";
// What a fresh clone has, and no more.
const files = execFileSync("git", ["ls-files", "proto/*.proto", GUESTBOOK], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n");

const load = (path: string) => loadSync(join(ROOT, path), { includeDirs: [join(ROOT, "proto")] });

test.each(files)("proto-loader reads %s", (path) => {
  expect(Object.keys(load(path))).not.toEqual([]);
});

test("proto-loader finds every method of every service", () => {
  const loaded = Object.assign({}, ...files.map(load)) as Record<string, ServiceDefinition>;
  expect(services.length).toBeGreaterThan(8);
  for (const { typeName, methods } of services)
    expect(Object.values(loaded[typeName] ?? {}).map(({ path }) => path)).toEqual(
      methods.map(({ name }) => `/${typeName}/${name}`),
    );
});
