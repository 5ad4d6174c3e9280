// How fast waiting hashes are wrapped, beside argon2 alone, in rounds that alternate, on SQLite.
// Both have two slots. Run: node bench/wrapping.ts [hashes]
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserImport } from "../src/domain/accounts/import/user-imports.ts";
import { systemClock } from "../src/domain/clock.ts";
import { loadFastest } from "../src/domain/passwords/argon2-packages.ts";
import { PasswordHasher } from "../src/domain/passwords/hasher.ts";
import { Wrapping } from "../src/domain/passwords/wrapping.ts";
import { SealedTexts } from "../src/domain/security/sealed-texts.ts";
import { openStore } from "../src/store/engine/create-store.ts";
import { migrate } from "../src/store/engine/migrate.ts";

const HASHES = Number(process.argv[2] ?? 400);
const ROUNDS = 4;
const SLOTS = 2;

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
const options = { kind: "sqlite", file: join(folder, "latchkey.db") } as const;
await migrate(options);
const store = await openStore(options);
const seals = new SealedTexts(randomBytes(32), systemClock);
const hasher = (await PasswordHasher.create(SLOTS)).withSeals(seals);
const argon2 = await loadFastest();

async function importHashes(round: number): Promise<void> {
  const plan = { id: `round ${round}`, realm: "default", dryRun: false };
  const users = await UserImport.open({ store, clock: systemClock, hasher }, plan);
  const lines = Array.from({ length: HASHES }, (_, index) => ({
    number: index + 1,
    fields: {
      email: `user${round}-${index}@example.com`,
      password_hash: `sha1$salt$${createHash("sha1").update(`salt${index}`).digest("hex")}`,
    },
  }));
  await users.take(lines, () => Promise.resolve(0));
}

async function raw(): Promise<void> {
  const lane = async (): Promise<void> => {
    for (let index = 0; index < HASHES / SLOTS; index++)
      await argon2.hash(Buffer.from(`digest ${index}`));
  };
  await Promise.all(Array.from({ length: SLOTS }, lane));
}

/** CPU seconds of some work; the machine may have other work too. */
async function cost(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

try {
  const total = { raw: 0, wrapping: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    await importHashes(round);
    total.raw += await cost(raw);
    total.wrapping += await cost(() => new Wrapping(store, hasher).run());
  }
  const each = (seconds: number): string => `${((seconds * 1000) / HASHES / ROUNDS).toFixed(2)} ms`;
  console.log(`argon2 alone  ${each(total.raw)} of CPU a hash`);
  console.log(`wrapping      ${each(total.wrapping)} of CPU a hash`);
  console.log(`speed         ${(total.raw / total.wrapping).toFixed(3)} of argon2 alone`);
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}
