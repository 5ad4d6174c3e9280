// Hashes of other systems: each is read, matches its password only, and is quick or not.
import { describe, expect, test } from "vitest";
import { loadNodeRsArgon2 } from "../../../src/domain/passwords/argon2-packages.ts";
import { readPasswordHash } from "../../../src/domain/passwords/hashes/formats.ts";
import { QUICK, SLOW } from "./vectors/vectors.ts";

const argon2 = await loadNodeRsArgon2();
const read = (hash: string) => readPasswordHash(hash, argon2.verify);

describe.each([
  ["quick", QUICK],
  ["slow", SLOW],
] as const)("a %s hash", (speed, vectors) => {
  test.each(vectors)("$name", async ({ hash, password }) => {
    const stored = read(hash);
    expect(await stored.check(Buffer.from(password))).toBe(true);
    for (const wrong of [`${password}x`, "", password.toUpperCase(), "пароль"])
      expect(await stored.check(Buffer.from(wrong))).toBe(false);
    expect(stored.quick !== undefined).toBe(speed === "quick");
  });
});

test.each(QUICK)(
  "the template of $name has no digest, and gives it",
  async ({ hash, password }) => {
    const { quick } = read(hash);
    const again = read(quick!.template).quick!;
    expect(await again.digestOf(Buffer.from(password))).toEqual(quick!.digest);
    expect(again.digest.equals(quick!.digest)).toBe(false);
  },
);
