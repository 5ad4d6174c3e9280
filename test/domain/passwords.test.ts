// Two packages make and check the hashes; either must take the other's.
import { createHash } from "node:crypto";
import { dictionary } from "@zxcvbn-ts/language-common";
import { describe, expect, test } from "vitest";
import { IdentityError } from "../../src/domain/errors.ts";
import { Lanes } from "../../src/domain/lanes.ts";
import { checkNewPassword, loadArgon2, loadNodeRsArgon2, PasswordHasher } from "../../src/domain/passwords.ts";

const never = (): boolean => false;

describe("argon2", () => {
  const password = Buffer.from("пароль 密码 🔑 \u00e9");

  test("each package verifies the other's hashes", async () => {
    const [one, other] = [await loadNodeRsArgon2(), await loadArgon2()];
    for (const [maker, checker] of [[one, other], [other, one], [one, one], [other, other]] as const) {
      const phc = await maker.hash(password);
      expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
      expect(await checker.verify(phc, password)).toBe(true);
      expect(await checker.verify(phc, Buffer.from("another"))).toBe(false);
    }
  });

  test("nobody's password is never right", async () => {
    const hasher = await PasswordHasher.create(2);
    expect(await hasher.verify(undefined, "nobody's password", never)).toBe(false);
  });

  test("passwords that differ only far behind, in space, in case or after a NUL are different", async () => {
    const hasher = await PasswordHasher.create(2);
    const long = "x".repeat(199);
    const phc = await hasher.hash(`${long}y`, never);
    for (const wrong of [`${long}z`, `${long}y `, `${long}Y`, `${long}y\0`, long.slice(0, 72), long.slice(0, 128)]) expect(await hasher.verify(phc, wrong, never)).toBe(false);
    expect(await hasher.verify(phc, `${long}y`, never)).toBe(true);
  });

  test("weaker hashes are outdated, today's and stronger ones are not", async () => {
    const hasher = await PasswordHasher.create(1);
    const phc = await hasher.hash("correct horse", never);
    expect(hasher.isOutdated(phc)).toBe(false);
    expect(hasher.isOutdated(phc.replace("m=19456", "m=4096"))).toBe(true);
    expect(hasher.isOutdated(phc.replace("t=2", "t=1"))).toBe(true);
    expect(hasher.isOutdated(phc.replace("t=2", "t=3"))).toBe(false);
    expect(hasher.isOutdated("$2b$12$abc")).toBe(true);
  });
});

describe("the policy for new passwords", () => {
  const owner = { email: "Augusta.King@example.com", username: "Analytical" };
  test.each(["1234567", "", "пароль1", "x".repeat(1025), "12345678", "Password1", "qwertyuiop"])("refuses %j", (password) => {
    expect(() => checkNewPassword(password, owner)).toThrow(IdentityError);
  });
  // What is known of the user and of this server is tried first, ASVS 6.2.11.
  test.each(["augusta.king@EXAMPLE.com", "Augusta.King", "analytical", "latchkey", "Latchkey", "!!latchkey2026", "kokids123", "zimoxy-1", "Senler99"])("refuses %j as too near", (password) => {
    expect(() => checkNewPassword(password, owner)).toThrow("the user's address or name");
  });
  test.each(["1234567x8", "ежевика7", "密码密码密码密码", "🔑🔑🔑🔑🔑🔑🔑🔑", "x".repeat(64), "a b ".repeat(50), "the latchkey hangs high", "Analytical engine"])("takes %j", (password) => {
    expect(() => checkNewPassword(password, owner)).not.toThrow();
  });
});

describe("what is tried first", () => {
  const owner = { email: "ada@example.com", username: "ada" };
  const refusal = (password: string): string => {
    try {
      checkNewPassword(password, owner);
      return "taken";
    } catch (error) {
      return error instanceof IdentityError ? (error.details.fields?.[0]?.rule ?? "no rule") : "another error";
    }
  };

  // prettier-ignore
  test.each([
    "00000000", "aaaaaaaaaaaa", "........", "дддддддд", "αααααααα", "        ", "\u3000".repeat(8), "\u00a0".repeat(9), " ".repeat(64),
    "abababab", "abcabcabc", "12121212", "passpasspass", "password password", "йцукенйцукен", "a1a1a1a1",
    "987654321", "0987654321", "abcdefgh", "zyxwvuts", "абвгдежз", "зжедгвба", "αβγδεζηθ",
    "qwertyui", "poiuytrewq", "1qaz2wsx", "qazwsxedc", "!QAZ2wsx", "йцукенгш", "фывапролд", "ячсмитьбю", "1й2ц3у4к",
    "Password1!", "P@ssw0rd2024", "Qwerty123!", "Welcome1!", "summer2024!", "January2024", "Admin@123", "!!dragon99!!", "Aa123456!",
    "пароль123", "Пароль2024!", "Любимая1", "йцукен123!", "gfhjkm123", "privet123!", "woaini1314", "woaini520", "5201314520",
    "19900101", "26.11.2024", "ｐａｓｓｗｏｒｄ１", "ａａａａａａａａ", "xaaaaaaaa",
  ])("refuses %j", (password) => {
    expect(refusal(password)).toBe("common");
  });

  test.each(["ada@example.com1", "ada@example.com!!", "2024ada@example.com"])("refuses %j as the user's own", (password) => {
    expect(refusal(password)).toBe("personal");
  });

  test("refuses every common one of 8 characters and more, in any case", () => {
    const common = dictionary["passwords-common"].filter((password) => password.length >= 8).slice(0, 3000);
    expect(common).toHaveLength(3000);
    expect(common.filter((password) => refusal(password) !== "common" || refusal(password.toUpperCase()) !== "common")).toEqual([]);
  });

  // prettier-ignore
  test.each([
    "correct horse battery", "correct horse battery staple", "the latchkey hangs high", "winter is coming", "Analytical engine", "8 chars!",
    "пароль из букв", "привет как дела", "синий кит поёт ночью", "у меня кот и собака", "我爱北京天安门真的", "wo xihuan chi jiaozi", "mein Fahrrad ist blau",
    "kT7xPq2m", "J8#dQw2z", "vR4!tzPw", "   spaces   ", "x".repeat(64), "密码".repeat(32), "🐎".repeat(64), "пароль ".repeat(30).slice(0, 200), "a".repeat(40) + "kT7xPq2mJ8#dQw2zvR4!tzPw",
  ])("takes %j", (password) => {
    expect(refusal(password)).toBe("taken");
  });

  test("takes every phrase of words, and every password that chance has made", () => {
    const words = dictionary["diceware-common"];
    /** Not by chance, so that a failure comes again. */
    const pick = <T>(items: ArrayLike<T>, index: number): T => items[Number(BigInt(index) * 2654435761n % BigInt(items.length))]!;
    const phrases = Array.from({ length: 100 }, (_, index) => Array.from({ length: 3 + (index % 4) }, (_unused, place) => pick(words, index * 7 + place * 131 + 1)).join(index % 2 === 0 ? " " : "-"));
    const random = Array.from({ length: 100 }, (_, index) => createHash("sha256").update(`${index}`).digest("base64").replaceAll(/[+/=]/g, "").slice(0, 8 + (index % 5)));
    const all = [...phrases, ...random];
    expect(all).toHaveLength(200);
    expect(all.filter((password) => refusal(password) !== "taken")).toEqual([]);
  });

  test("looks at the length first", () => {
    expect(refusal("a".repeat(1025))).toBe("long");
    expect(refusal("\u0301".repeat(30_000))).toBe("long");
  });
});

describe("lanes", () => {
  const gate = () => Promise.withResolvers<void>();

  test("run as many as there are, queue a few and refuse the rest at once", async () => {
    const lanes = new Lanes(2, 1);
    const gates = [gate(), gate(), gate()];
    const runs = gates.map(({ promise }) => lanes.run(() => promise, never));
    expect(lanes.load).toEqual({ busy: 2, waiting: 1 });
    await expect(lanes.run(() => Promise.resolve(), never)).rejects.toMatchObject({ reason: "OVERLOADED", details: { retryAfter: 1000 } });
    for (const { resolve } of gates) resolve();
    await Promise.all(runs);
    expect(lanes.load).toEqual({ busy: 0, waiting: 0 });
  });

  test("drop what nobody waits for any more, undone", async () => {
    const lanes = new Lanes(1, 5);
    const first = gate();
    const running = lanes.run(() => first.promise, never);
    let done = false;
    const late = lanes.run(() => Promise.resolve((done = true)), () => true);
    const next = lanes.run(() => Promise.resolve("next"), never);
    first.resolve();
    await running;
    await expect(late).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    expect(await next).toBe("next");
    expect(done).toBe(false);
  });

  test("go on after a failure", async () => {
    const lanes = new Lanes(1, 1);
    await expect(lanes.run(() => Promise.reject(new Error("broken")), never)).rejects.toThrow("broken");
    expect(await lanes.run(() => Promise.resolve(1), never)).toBe(1);
  });
});
