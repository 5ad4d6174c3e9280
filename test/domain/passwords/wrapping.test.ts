// A quick hash is never at rest: it waits sealed, and is wrapped in its turn.
import { createHash, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { UserImport } from "../../../src/domain/accounts/import/user-imports.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import { isWaiting } from "../../../src/domain/passwords/wrapped-hash.ts";
import { Wrapping } from "../../../src/domain/passwords/wrapping.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import { SealedTexts } from "../../../src/domain/security/sealed-texts.ts";
import type { Store } from "../../../src/domain/store.ts";
import { stores } from "../../mariadb.ts";
import { id } from "../../store/samples.ts";
import { QUICK, SLOW } from "./vectors/vectors.ts";

const seals = new SealedTexts(randomBytes(32), systemClock);
const hasher = (await PasswordHasher.create(2)).withSeals(seals);
const verify = (stored: string, password: string) =>
  hasher.withPlace(ownWork, (place) => place.verify(stored, password));

/** Imports users of these fields; returns what is stored of their hashes. */
async function imported(
  store: Store,
  realm: string,
  users: readonly Record<string, unknown>[],
): Promise<string[]> {
  const plan = { id: id(), realm, dryRun: false };
  const run = await UserImport.open({ store, clock: systemClock, hasher }, plan);
  const problems: unknown[] = [];
  await run.take(
    users.map((fields, index) => ({ number: index + 1, fields })),
    async (_, more) => problems.push(...more),
  );
  expect(problems).toEqual([]);
  return stored(store, realm, users);
}

const stored = async (
  store: Store,
  realm: string,
  users: readonly Record<string, unknown>[],
): Promise<string[]> => {
  const found = await Promise.all(
    users.map(({ email }) => store.users.findByEmail(realm, String(email))),
  );
  return found.map((user) => user!.passwordHash);
};

const realmOf = (): string => id().slice(0, 20).toLowerCase();
const wait = async (store: Store): Promise<number> =>
  (await store.userImports.waiting({ limit: 10_000 })).length;

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();

  test("each vector signs in while it waits, and after it is wrapped", async () => {
    const realm = realmOf();
    const vectors = [...QUICK, ...SLOW];
    const users = vectors.map(({ hash }, index) => ({
      email: `v${index}@example.com`,
      password_hash: hash,
    }));
    const waiting = await imported(kept.store, realm, users);
    expect(waiting.map(isWaiting)).toEqual(vectors.map((_, index) => index < QUICK.length));
    const done = new Wrapping(kept.store, hasher);
    expect(await wait(kept.store)).toBe(QUICK.length);
    expect(await done.run()).toBe(QUICK.length);
    expect(await wait(kept.store)).toBe(0);
    const wrapped = await stored(kept.store, realm, users);
    for (const [index, { name, password }] of vectors.entries())
      for (const hash of [waiting[index]!, wrapped[index]!]) {
        expect(index < QUICK.length ? hash.startsWith("$w") : !hash.startsWith("$w")).toBe(true);
        const right = await verify(hash, password);
        expect([name, right.matches]).toEqual([name, true]);
        expect(right.stronger).toMatch(/^\$argon2id\$v=19\$m=19456/);
        expect((await verify(hash, `${password}x`)).matches).toBe(false);
      }
    // The same file again changes nothing.
    const again = await UserImport.open(
      { store: kept.store, clock: systemClock, hasher },
      { id: id(), realm, dryRun: false },
    );
    await again.take(
      users.map((fields, index) => ({ number: index + 1, fields })),
      async () => 0,
    );
    expect(again.unchanged).toBe(vectors.length);
  });

  test("a stolen database has no quick hash of 1,000, neither waiting nor wrapped", async () => {
    const realm = realmOf();
    const digests: string[] = [];
    const users = Array.from({ length: 1000 }, (_, index) => {
      const algorithm = ["md5", "sha1", "sha256", "sha512"][index % 4]!;
      const salt = `salt${index}`;
      const digest = createHash(algorithm).update(`${salt}pw${index}`).digest();
      digests.push(digest.toString("hex"), digest.toString("base64"), salt);
      const hash = [
        { password_hash: `${algorithm}$${salt}$${digest.toString("hex")}` },
        {
          custom_password_hash: {
            algorithm,
            hash: { value: digest.toString("base64"), encoding: "base64" },
            salt: { value: salt, encoding: "utf8", position: "prefix" },
          },
        },
      ][Number(index % 8 > 3)]!;
      return { email: `u${index}@example.com`, ...hash };
    });
    const waiting = (await imported(kept.store, realm, users)).join("\n");
    for (const digest of digests) expect(waiting.includes(digest)).toBe(false);
    // Wrapping each of them takes long; forty show it.
    let count = 0;
    await new Wrapping(kept.store, hasher).run(() => ++count > 8);
    const wrapped = (await stored(kept.store, realm, users)).filter((hash) => !isWaiting(hash));
    expect(wrapped.length).toBeGreaterThanOrEqual(40);
    for (const digest of digests) expect(wrapped.join("\n").includes(digest)).toBe(false);
    for (const name of await kept.store.userImports.waiting({ limit: 10_000 }))
      await kept.store.userImports.endWaiting(name);
  });

  test("two processes and a sign-in at once leave each user one hash that works", async () => {
    const realm = realmOf();
    const users = Array.from({ length: 12 }, (_, index) => ({
      email: `r${index}@example.com`,
      password_hash: "{SSHA}AZKja92fbuuB9SpRlHqaoXxbTc43Mzc2MDM1Ng==",
    }));
    await imported(kept.store, realm, users);
    const signIn = async (email: string): Promise<void> => {
      const user = (await kept.store.users.findByEmail(realm, email))!;
      const { stronger } = await verify(user.passwordHash, "hashcat");
      await kept.store.users.rehash(user.id, user.passwordHash, stronger!);
    };
    await Promise.all([
      new Wrapping(kept.store, hasher).run(),
      new Wrapping(kept.store, hasher).run(),
      ...users.slice(0, 4).map(({ email }) => signIn(email)),
    ]);
    expect(await wait(kept.store)).toBe(0);
    for (const hash of await stored(kept.store, realm, users)) {
      expect(isWaiting(hash)).toBe(false);
      expect((await verify(hash, "hashcat")).matches).toBe(true);
    }
  });
});

test("a hash that was sealed with another secret matches nothing", async () => {
  const other = (await PasswordHasher.create(1)).withSeals(
    new SealedTexts(randomBytes(32), systemClock),
  );
  const waiting = other.storable(QUICK[0]!.hash);
  expect(await verify(waiting, QUICK[0]!.password)).toEqual({
    matches: false,
    stronger: undefined,
  });
  const wrapped = await other.withPlace(ownWork, (place) => other.wrapped(place, waiting));
  expect((await verify(wrapped!, QUICK[0]!.password)).matches).toBe(false);
});
