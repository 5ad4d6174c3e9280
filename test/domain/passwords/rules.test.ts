// Rules of plain digests, the notations of others for them, and Auth0's object.
import { createHash, createHmac, pbkdf2Sync, scryptSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { loadNodeRsArgon2 } from "../../../src/domain/passwords/argon2-packages.ts";
import { readPasswordHash } from "../../../src/domain/passwords/hashes/formats.ts";
import { customHashText } from "../../../src/domain/passwords/hashes/rules/custom-hash.ts";
import { readRule } from "../../../src/domain/passwords/hashes/rules/rule.ts";
import { ruledText } from "../../../src/domain/passwords/hashes/rules/ruled-hash.ts";

const argon2 = await loadNodeRsArgon2();
const isRight = (hash: string, password: string): Promise<boolean> =>
  readPasswordHash(hash, argon2.verify).check(Buffer.from(password));
const hex = (algorithm: string, text: string | Buffer): string =>
  createHash(algorithm).update(text).digest("hex");

describe("a rule", () => {
  test.each([
    [
      "Joomla",
      "md5({password}{salt})",
      "19e0e8d91c722e7091ca7a6a6fb0f4fa",
      "54718031842521651757785603028777",
    ],
    ["vBulletin", "md5(md5({password}){salt})", "16780ba78d2d5f02f3202901c1b6d975", "568"],
    ["MyBB", "md5(md5({salt})md5({password}))", "8d2129083ef35f4b365d5d87487e1207", "47204"],
  ])("of %s matches its vector", async (_, rule, digest, salt) => {
    const text = ruledText(rule, { salt: Buffer.from(salt) }, Buffer.from(digest, "hex"));
    expect(await isRight(text, "hashcat")).toBe(true);
    expect(await isRight(text, "hashcat ")).toBe(false);
  });

  const values = {
    password: Buffer.from("пароль"),
    salt: Buffer.from("s"),
    pepper: Buffer.from("p"),
    username: Buffer.from("ada"),
    email: Buffer.from("ada@example.com"),
  };
  test.each<[string, string]>([
    ["sha256({password})", hex("sha256", "пароль")],
    ["hex(sha1({salt}{password}))", hex("sha1", "sпароль")],
    ["base64(sha1({password}))", hex("sha1", "пароль")],
    ["sha1('--'{salt}'--'{password}'--')", hex("sha1", "--s--пароль--")],
    ["sha1(--{salt}--{password}--)", hex("sha1", "--s--пароль--")],
    ["md5({username}:realm:{password})", hex("md5", "ada:realm:пароль")],
    ["md5({email}{pepper}{password})", hex("md5", "ada@example.compпароль")],
    ["sha512(raw(md5({password})))", hex("sha512", createHash("md5").update("пароль").digest())],
    ["md5(upper(md5({password})))", hex("md5", hex("md5", "пароль").toUpperCase())],
    [
      "sha1(base64(sha1({password})))",
      hex("sha1", createHash("sha1").update("пароль").digest("base64")),
    ],
    ["hmac_sha256({pepper},{password})", createHmac("sha256", "p").update("пароль").digest("hex")],
  ])("%s", (rule, expected) => {
    expect(readRule(rule).evaluate(values).toString("hex")).toBe(expected);
  });

  test.each([
    ["", 1],
    ["{password}", 1],
    ["md5({password}", 15],
    ["md5({password}))", 16],
    ["md5({passwort})", 5],
    ["md6({password})", 1],
    ["md5({salt})", 1],
    ["hmac_md5({password})", 1],
    ["md5({password},{salt})", 1],
    ["md5({password})md5({salt})", 1],
    ["md5({)", 5],
  ])("%s is wrong at character %i", (rule, at) => {
    expect(() => readRule(rule)).toThrow(`is wrong at character ${at}:`);
  });
});

describe("Kratos' notation", () => {
  const base64 = (text: string | Buffer): string => Buffer.from(text).toString("base64");
  test.each([
    ["{SALT}$${PASSWORD}", (password: string) => `salt$$${password}`],
    ["{PASSWORD}md5({SALT}", (password: string) => `${password}md5(salt`],
  ])("%s", async (template, text) => {
    const digest = createHash("sha256").update(text("right")).digest();
    const hash = `$sha256$pf=${base64(template)}$${base64("salt")}$${base64(digest)}`;
    expect([await isRight(hash, "right"), await isRight(hash, "wrong")]).toEqual([true, false]);
  });

  test("of HMAC and of a digest alone", async () => {
    const mac = createHmac("sha1", "key").update("right").digest("base64");
    expect(await isRight(`$hmac-sha1$${mac}$${base64("key")}`, "right")).toBe(true);
    const md5 = createHash("md5").update("right").digest("base64");
    expect(await isRight(`$md5$${md5}`, "right")).toBe(true);
  });
});

describe("Auth0's object", () => {
  const salt = Buffer.from("00ff10", "hex");
  const scrypt = scryptSync("right", salt, 32, { N: 1024, r: 8, p: 1 });
  const pbkdf2 = pbkdf2Sync("right", salt, 1000, 32, "sha256");
  const phcSalt = Buffer.from("some salt here").toString("base64").replace(/=+$/, "");
  const phcHash = pbkdf2Sync("right", "some salt here", 1000, 32, "sha256").toString("base64");
  test.each<[string, object]>([
    ["md5", { algorithm: "md5", hash: { value: hex("md5", "right"), encoding: "hex" } }],
    [
      "sha512 with a salt before, the default",
      {
        algorithm: "sha512",
        hash: {
          value: createHash("sha512").update(salt).update("right").digest("base64"),
          encoding: "base64",
        },
        salt: { value: "00ff10", encoding: "hex" },
      },
    ],
    [
      "sha1 with a salt behind",
      {
        algorithm: "sha1",
        hash: { value: hex("sha1", "rightsalty"), encoding: "hex" },
        salt: { value: "salty", encoding: "utf8", position: "suffix" },
      },
    ],
    [
      "hmac",
      {
        algorithm: "hmac",
        hash: {
          value: createHmac("sha256", salt).update("right").digest("hex"),
          encoding: "hex",
          digest: "sha256",
          key: { value: "00ff10", encoding: "hex" },
        },
      },
    ],
    [
      "scrypt",
      {
        algorithm: "scrypt",
        hash: { value: scrypt.toString("hex"), encoding: "hex" },
        salt: { value: "00ff10", encoding: "hex" },
        keylen: 32,
        cost: 1024,
        blockSize: 8,
        parallelization: 1,
      },
    ],
    [
      "pbkdf2 as a PHC string",
      {
        algorithm: "pbkdf2",
        hash: {
          value: `$pbkdf2-sha256$i=1000,l=32$${phcSalt}$${phcHash.replace(/=+$/, "")}`,
          encoding: "utf8",
        },
      },
    ],
    [
      "pbkdf2 in parts",
      {
        algorithm: "pbkdf2",
        iterations: 1000,
        hash: { value: pbkdf2.toString("base64"), encoding: "base64", digest: "sha256" },
        salt: { value: "00ff10", encoding: "hex" },
      },
    ],
    [
      "ldap",
      { algorithm: "ldap", hash: { value: "{MD5}fE8pQHiTwzSmy3qHvwRcDQ==", encoding: "utf8" } },
    ],
  ])("%s", async (_, object) => {
    const text = customHashText(object);
    expect([await isRight(text, "right"), await isRight(text, "wrong")]).toEqual([true, false]);
  });

  test.each<[object | string]>([
    [{}],
    ["md5"],
    [{ algorithm: "md4", hash: { value: "00" } }],
    [{ algorithm: "md5", hash: { value: "00", encoding: "hex" } }],
    [{ algorithm: "md5", hash: { value: "x", encoding: "latin1" } }],
    [{ algorithm: "hmac", hash: { value: "00" } }],
    [{ algorithm: "md5", hash: { value: "x" }, password: { encoding: "utf16le" } }],
  ])("%j is refused", (object) => {
    expect(() => customHashText(object)).toThrow("The password hash");
  });
});
