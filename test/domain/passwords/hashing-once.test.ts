import { hash as argon2Hash } from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { loadFastest } from "../../../src/domain/passwords/argon2-packages.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import { hashingOnce } from "../../../src/domain/passwords/hashing-once.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";

/** A hasher that counts each argon2. */
async function counting() {
  const argon2 = await loadFastest();
  const works = { hashed: 0, verified: 0 };
  const hasher = await PasswordHasher.create(2, noInstrumentation, async () => ({
    hash(password) {
      works.hashed++;
      return argon2.hash(password);
    },
    verify(phc, password) {
      works.verified++;
      return argon2.verify(phc, password);
    },
  }));
  const hash = (password: string) => hasher.withPlace(ownWork, (place) => place.hash(password));
  const verify = (stored: string | undefined, password: string) =>
    hasher.withPlace(ownWork, (place) => place.verify(stored, password));
  return { works, hash, verify };
}

describe("hashing once", () => {
  it("checks a password against the same hash once, right or wrong", async () => {
    const { works, hash, verify } = await counting();
    const [stored, other] = [await hash("right"), await hash("right")];
    const spared = await hashingOnce(async (hashed) => {
      for (let time = 0; time < 2; time++) {
        expect(await verify(stored, "right")).toEqual({ matches: true, stronger: undefined });
        expect(await verify(stored, "wrong")).toEqual({ matches: false, stronger: undefined });
      }
      expect(works.verified).toBe(2);
      expect((await verify(other, "right")).matches).toBe(true);
      expect(works.verified).toBe(3);
      return hashed.sparedMs;
    });
    expect(spared).toBeGreaterThan(0);
  });

  it("knows the hash that it has made, and makes no other of the same password", async () => {
    const { works, hash, verify } = await counting();
    await hashingOnce(async () => {
      const made = await hash("password");
      expect(await hash("password")).toBe(made);
      expect(await verify(made, "password")).toEqual({ matches: true, stronger: undefined });
      expect((await verify(made, "Password")).matches).toBe(false);
      expect(await hash("another")).not.toBe(made);
    });
    expect(works).toEqual({ hashed: 2, verified: 1 });
  });

  it("knows the stronger hash that a check has made", async () => {
    const { works, verify } = await counting();
    const weak = await argon2Hash("password", { memoryCost: 8_192, timeCost: 1 });
    await hashingOnce(async () => {
      const { matches, stronger } = await verify(weak, "password");
      expect({ matches, stronger }).toEqual({ matches: true, stronger: expect.any(String) });
      expect(await verify(stronger, "password")).toEqual({ matches, stronger: undefined });
    });
    expect(works).toEqual({ hashed: 1, verified: 1 });
  });

  it("forgets everything at its end, and knows nothing outside", async () => {
    const { works, hash, verify } = await counting();
    const stored = await hash("password");
    await hashingOnce(() => verify(stored, "password"));
    await hashingOnce(() => verify(stored, "password"));
    await verify(stored, "password");
    await verify(stored, "password");
    expect(works.verified).toBe(4);
  });

  it("does the work of an unknown user each time", async () => {
    const { works, verify } = await counting();
    await hashingOnce(async () => {
      await verify(undefined, "password");
      await verify(undefined, "password");
    });
    expect(works.verified).toBe(2);
  });
});
