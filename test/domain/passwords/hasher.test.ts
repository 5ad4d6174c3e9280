// Two packages make and check the hashes; either must take the other's.
import { createHash, pbkdf2Sync, scryptSync } from "node:crypto";
import { hash as argon2Hash } from "@node-rs/argon2";
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { dictionary } from "@zxcvbn-ts/language-common";
import { hashSync } from "bcrypt";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { IdentityError } from "../../../src/domain/errors.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { checkNewPassword } from "../../../src/domain/passwords/policy.ts";
import { loadArgon2, loadNodeRsArgon2 } from "../../../src/domain/passwords/argon2-packages.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";
import type { Verdict } from "../../../src/domain/passwords/hashing-once.ts";

const hash = (hasher: PasswordHasher, password: string): Promise<string> =>
  hasher.withPlace(ownWork, (place) => place.hash(password));
const verify = (
  hasher: PasswordHasher,
  stored: string | undefined,
  password: string,
): Promise<Verdict> => hasher.withPlace(ownWork, (place) => place.verify(stored, password));

/** A hasher that notes the memory of each argon2 that it makes or checks. */
async function counting(): Promise<{ hasher: PasswordHasher; works: number[] }> {
  const works: number[] = [];
  const argon2 = await loadArgon2();
  const memoryOf = (phc: string): number => Number(/\$m=(\d+),/.exec(phc)?.[1]);
  const load = async () => ({
    hash: async (password: Buffer) => {
      const phc = await argon2.hash(password);
      works.push(memoryOf(phc));
      return phc;
    },
    verify: (phc: string, password: Buffer) => {
      works.push(memoryOf(phc));
      return argon2.verify(phc, password);
    },
  });
  const hasher = await PasswordHasher.create(1, noInstrumentation, load);
  works.length = 0;
  return { hasher, works };
}

describe("argon2", () => {
  const password = Buffer.from("пароль 密码 🔑 \u00e9");

  test("each package verifies the other's hashes", async () => {
    const [one, other] = [await loadNodeRsArgon2(), await loadArgon2()];
    for (const [maker, checker] of [
      [one, other],
      [other, one],
      [one, one],
      [other, other],
    ] as const) {
      const phc = await maker.hash(password);
      expect(phc).toMatch(
        /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
      );
      expect(await checker.verify(phc, password)).toBe(true);
      expect(await checker.verify(phc, Buffer.from("another"))).toBe(false);
    }
  });

  test("the password of an unknown user is never right", async () => {
    const hasher = await PasswordHasher.create(2);
    expect(await verify(hasher, undefined, "nobody's password")).toEqual({
      matches: false,
      stronger: undefined,
    });
  });

  test("passwords that differ at their end, in case or after a NUL are different", async () => {
    const hasher = await PasswordHasher.create(2);
    const long = "x".repeat(199);
    const phc = await hash(hasher, `${long}y`);
    for (const wrong of [
      `${long}z`,
      `${long}y `,
      `${long}Y`,
      `${long}y\0`,
      long.slice(0, 72),
      long.slice(0, 128),
    ])
      expect((await verify(hasher, phc, wrong)).matches).toBe(false);
    expect((await verify(hasher, phc, `${long}y`)).matches).toBe(true);
  });

  test("a password that is too long for any hash takes no turn", async () => {
    const { hasher, works } = await counting();
    for (const check of [
      hash,
      (each: PasswordHasher, password: string) => verify(each, undefined, password),
    ]) {
      await expect(check(hasher, "x".repeat(1025))).rejects.toMatchObject({
        reason: "FIELD_INVALID",
      });
    }
    expect(works).toEqual([]);
  });
});

describe("checking costs one argon2 of ours", () => {
  const RIGHT = "correct horse";
  /**
   * Each hash as another system or an older version made it: quick ones, slow ones, and what can't
   * be read.
   */
  const hashes: readonly [what: string, hash: string | undefined][] = [
    ["an unknown user", undefined],
    ["salted SHA-1", "sha1$salt$619a8b7fb0e2b3f5d24ab3bc0b53ce167a50f893"],
    [
      "PBKDF2 with one iteration",
      `pbkdf2_sha256$1$salt$${pbkdf2Sync(RIGHT, "salt", 1, 32, "sha256").toString("base64")}`,
    ],
    [
      "scrypt with 2 kiB",
      `scrypt$2$salt$8$1$${scryptSync(RIGHT, "salt", 32, { N: 2, r: 8, p: 1 }).toString("base64")}`,
    ],
    ["bcrypt of cost 4", hashSync(RIGHT, 4)],
    ["argon2 with 8 kiB", "weak argon2"],
    ["what is no hash", "nonsense"],
  ];

  test.each(hashes)("for %s, with the right password and with a wrong one", async (what, given) => {
    const { hasher, works } = await counting();
    const stored =
      given === "weak argon2"
        ? await argon2Hash(RIGHT, { memoryCost: 8, timeCost: 1, parallelism: 1 })
        : given;
    const can = what !== "an unknown user" && given !== "nonsense";
    for (const [password, matches] of [
      [RIGHT, can],
      ["wrong", false],
    ] as const) {
      works.length = 0;
      const verdict = await verify(hasher, stored, password);
      expect(verdict.matches).toBe(matches);
      expect(verdict.stronger !== undefined).toBe(matches);
      expect(works.filter((memory) => memory === 19_456)).toHaveLength(1);
    }
  });

  test("for ours, which stay; weaker ones are replaced, stronger ones not", async () => {
    const { hasher, works } = await counting();
    const phc = await hash(hasher, RIGHT);
    works.length = 0;
    for (const password of [RIGHT, "wrong"])
      expect(await verify(hasher, phc, password)).toEqual({
        matches: password === RIGHT,
        stronger: undefined,
      });
    expect(works).toEqual([19_456, 19_456]);
    const stronger = await argon2Hash(RIGHT, { memoryCost: 20_000, timeCost: 3, parallelism: 1 });
    expect((await verify(hasher, stronger, RIGHT)).stronger).toBeUndefined();
    for (const weaker of [
      { memoryCost: 19_455, timeCost: 2 },
      { memoryCost: 19_456, timeCost: 1 },
    ]) {
      const old = await argon2Hash(RIGHT, { ...weaker, parallelism: 1 });
      expect((await verify(hasher, old, RIGHT)).stronger).toMatch(
        /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
      );
    }
  });
});

describe("the policy for new passwords", () => {
  const owner = { email: "Augusta.King@example.com", username: "Analytical" };
  test.each(["1234567", "", "пароль1", "x".repeat(1025), "12345678", "Password1", "qwertyuiop"])(
    "refuses %j",
    async (password) => {
      await expect(checkNewPassword(password, owner)).rejects.toThrow(IdentityError);
    },
  );
  // What is known of the user and of this server is tried first, ASVS 6.2.11.
  test.each([
    "augusta.king@EXAMPLE.com",
    "Augusta.King",
    "analytical",
    "latchkey",
    "Latchkey",
    "!!latchkey2026",
    "kokids123",
    "zimoxy-1",
    "Senler99",
  ])("refuses %j as too near", async (password) => {
    await expect(checkNewPassword(password, owner)).rejects.toThrow("the user's address or name");
  });
  test.each([
    "1234567x8",
    "ежевика7",
    "密码密码密码密码",
    "🔑🔑🔑🔑🔑🔑🔑🔑",
    "x".repeat(64),
    "a b ".repeat(50),
    "the latchkey hangs high",
    "Analytical engine",
  ])("takes %j", async (password) => {
    await checkNewPassword(password, owner);
  });

  test.each(["correct horse battery", "jR8$kq2Lp0zX", "ежевика7"])(
    "estimates no part of %j twice: the process does nothing else meanwhile",
    async (password) => {
      const estimates = vi.spyOn(ZxcvbnFactory.prototype, "check");
      onTestFinished(() => estimates.mockRestore());
      await checkNewPassword(password, owner);
      const texts = estimates.mock.calls.map(([text]) => text);
      expect(texts.length).toBeGreaterThan(0);
      expect(texts).toEqual([...new Set(texts)]);
    },
  );
});

describe("what is tried first", () => {
  const owner = { email: "ada@example.com", username: "ada" };
  const refusal = async (password: string): Promise<string> => {
    try {
      await checkNewPassword(password, owner);
      return "taken";
    } catch (error) {
      return error instanceof IdentityError
        ? (error.details.fields?.[0]?.rule ?? "no rule")
        : "another error";
    }
  };

  /** Returns the passwords with another outcome. */
  const withoutRule = async (all: readonly string[], rule: string): Promise<string[]> => {
    const outcomes = await Promise.all(all.map(refusal));
    return all.filter((_, index) => outcomes[index] !== rule);
  };

  // prettier-ignore
  test.each([
    "00000000", "aaaaaaaaaaaa", "........", "дддддддд", "αααααααα", "        ", "\u3000".repeat(8),
    "\u00a0".repeat(9), " ".repeat(64),
    "abababab", "abcabcabc", "12121212", "passpasspass", "password password", "йцукенйцукен",
    "a1a1a1a1",
    "987654321", "0987654321", "abcdefgh", "zyxwvuts", "абвгдежз", "зжедгвба", "αβγδεζηθ",
    "qwertyui", "poiuytrewq", "1qaz2wsx", "qazwsxedc", "!QAZ2wsx", "йцукенгш", "фывапролд",
    "ячсмитьбю", "1й2ц3у4к",
    "Password1!", "P@ssw0rd2024", "Qwerty123!", "Welcome1!", "summer2024!", "January2024",
    "Admin@123", "!!dragon99!!", "Aa123456!",
    "пароль123", "Пароль2024!", "Любимая1", "йцукен123!", "gfhjkm123", "privet123!", "woaini1314",
    "woaini520", "5201314520",
    "19900101", "26.11.2024", "ｐａｓｓｗｏｒｄ１", "ａａａａａａａａ", "xaaaaaaaa",
  ])("refuses %j", async (password) => {
    expect(await refusal(password)).toBe("common");
  });

  test.each(["ada@example.com1", "ada@example.com!!", "2024ada@example.com"])(
    "refuses %j as the user's own",
    async (password) => {
      expect(await refusal(password)).toBe("personal");
    },
  );

  test("refuses every common one of 8 characters and more, in any case", async () => {
    const common = dictionary["passwords-common"]
      .filter((password) => password.length >= 8)
      .slice(0, 3000);
    expect(common).toHaveLength(3000);
    const all = common.flatMap((password) => [password, password.toUpperCase()]);
    expect(await withoutRule(all, "common")).toEqual([]);
  });

  // prettier-ignore
  test.each([
    "correct horse battery", "correct horse battery staple", "the latchkey hangs high",
    "winter is coming", "Analytical engine", "8 chars!",
    "пароль из букв", "привет как дела", "синий кит поёт ночью", "у меня кот и собака", "我爱北京天安门真的",
    "wo xihuan chi jiaozi", "mein Fahrrad ist blau",
    "kT7xPq2m", "J8#dQw2z", "vR4!tzPw", "   spaces   ", "x".repeat(64), "密码".repeat(32),
    "🐎".repeat(64), "пароль ".repeat(30).slice(0, 200),
    "a".repeat(40) + "kT7xPq2mJ8#dQw2zvR4!tzPw",
  ])("takes %j", async (password) => {
    expect(await refusal(password)).toBe("taken");
  });

  test("takes every phrase of words, and every password that chance has made", async () => {
    const words = dictionary["diceware-common"];
    /** Not by chance, so that a failure comes again. */
    const pick = <T>(items: ArrayLike<T>, index: number): T =>
      items[Number((BigInt(index) * 2654435761n) % BigInt(items.length))]!;
    const phrases = Array.from({ length: 100 }, (_, index) =>
      Array.from({ length: 3 + (index % 4) }, (_unused, place) =>
        pick(words, index * 7 + place * 131 + 1),
      ).join(index % 2 === 0 ? " " : "-"),
    );
    const random = Array.from({ length: 100 }, (_, index) =>
      createHash("sha256")
        .update(`${index}`)
        .digest("base64")
        .replaceAll(/[+/=]/g, "")
        .slice(0, 8 + (index % 5)),
    );
    const all = [...phrases, ...random];
    expect(all).toHaveLength(200);
    expect(await withoutRule(all, "taken")).toEqual([]);
  });

  test("looks at the length first", async () => {
    expect(await refusal("a".repeat(1025))).toBe("long");
    expect(await refusal("\u0301".repeat(30_000))).toBe("long");
  });
});
