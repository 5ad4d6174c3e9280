// The exports in test/commands/exports, as each system writes them, become lines of user fields.
import { createReadStream, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { systemRecords } from "../../src/commands/user-import/systems/read-system.ts";
import type { SystemName } from "../../src/commands/user-import/systems/system-names.ts";
import type { ImportLine } from "../../src/domain/accounts/import/user-imports.ts";

async function read(file: string, system: SystemName, size = 64 * 1024): Promise<ImportLine[]> {
  const lines: ImportLine[] = [];
  const source = createReadStream(`${import.meta.dirname}/exports/${file}`, {
    highWaterMark: size,
  });
  for await (const line of systemRecords(source, system, Date.UTC(2026, 0))) lines.push(line);
  return lines;
}

const expected: Readonly<Record<string, unknown>> = JSON.parse(
  readFileSync(`${import.meta.dirname}/exports/expected.json`, "utf8"),
);

test.each([
  ["auth0-users.ndjson", "auth0"],
  ["auth0-hashes.ndjson", "auth0"],
  ["auth0-import.json", "auth0"],
  ["firebase.json", "firebase"],
  ["firebase.csv", "firebase"],
  ["keycloak-realm.json", "keycloak"],
  ["okta.json", "okta"],
  ["cognito.csv", "cognito"],
  ["clerk.csv", "clerk"],
  ["supabase.sql", "supabase"],
  ["wordpress.sql", "wordpress"],
  ["django.json", "django"],
  ["django-sqlite.sql", "django"],
  ["aspnet.sql", "aspnet"],
  ["better-auth.sql", "better-auth"],
] as const)("%s is read in pieces of any size", async (file, system) => {
  for (const size of [1, 7, 64, 64 * 1024])
    expect(await read(file, system, size)).toEqual(expected[file]);
});
