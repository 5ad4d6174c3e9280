// The users of the exports are imported and known by the passwords that they had.
import { createReadStream } from "node:fs";
import { describe, expect, test } from "vitest";
import { systemRecords } from "../../src/commands/user-import/systems/read-system.ts";
import type { SystemName } from "../../src/commands/user-import/systems/system-names.ts";
import { UserImport } from "../../src/domain/accounts/import/user-imports.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { PasswordHasher } from "../../src/domain/passwords/hasher.ts";
import { ownWork } from "../../src/domain/security/concurrency-limiter.ts";
import { stores } from "../mariadb.ts";
import { id } from "../store/samples.ts";

const hasher = await PasswordHasher.create(2);

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test.each<[string, SystemName, Readonly<Record<string, string>>]>([
    ["auth0-hashes.ndjson", "auth0", { "test2@example.com": "hello" }],
    [
      "keycloak-realm.json",
      "keycloak",
      { "ada@example.com": "password", "user1@example.com": "user1", "old@example.com": "user1" },
    ],
    ["clerk.csv", "clerk", { "john.doe@example.com": "hello", "django@example.com": "hashcat" }],
    ["supabase.sql", "supabase", { "жора@example.com": "test" }],
    ["django.json", "django", { "admin@example.com": "hashcat", "custom@example.com": "hashcat" }],
  ])("%s", async (file, system, passwords) => {
    const realm = id().slice(0, 20).toLowerCase();
    const users = await UserImport.open(
      { store: kept.store, clock: systemClock, hasher },
      { id: id(), realm, dryRun: false },
    );
    const source = createReadStream(`${import.meta.dirname}/exports/${file}`);
    const problems: string[] = [];
    for await (const { ...line } of systemRecords(source, system, systemClock.now())) {
      // Both engines take the same ids, each once.
      if (typeof line.fields !== "string") line.fields = { ...line.fields, id: "" };
      await users.take([line], async (_, more) => problems.push(...more.map(({ field }) => field)));
    }
    for (const [email, password] of Object.entries(passwords)) {
      const user = await kept.store.users.findByEmail(realm, email);
      const verdict = await hasher.withPlace(ownWork, (place) =>
        place.verify(user?.passwordHash, password),
      );
      expect([email, verdict.matches]).toEqual([email, true]);
    }
  });
});
