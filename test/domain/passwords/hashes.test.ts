// Hashes that other systems have made: by hashlib and crypt of Python 3.11, by OpenSSL's argon2,
// and as passlib's, RFC 7914's and jBCrypt's documents show them. Each is checked, and none may
// cost more than it should.
import { beforeAll, describe, expect, test } from "vitest";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import { PasswordHasher } from "../../../src/domain/passwords/hasher.ts";

let hasher: PasswordHasher;
beforeAll(async () => {
  hasher = await PasswordHasher.create(2);
});

const verify = (hash: string, password: string) =>
  hasher.withPlace(ownWork, (place) => place.verify(hash, password));
const isRight = async (hash: string, password: string): Promise<boolean> =>
  (await verify(hash, password)).matches;

/** What Python and OpenSSL were given. */
const PASSWORD = "пароль correct horse";

/** The format, the hash, and its password if it is another. */
const HASHES: [string, string, string?][] = [
  [
    "argon2d",
    "$argon2d$v=19$m=1024,t=3,p=2$TmFDbC1hbmQtcGVwcGVyLg$" +
      "r3aUoDx2Ld2x+W+/cwx9J8bYEuKZjII5kdWvpYGY8AI",
  ],
  [
    "argon2i",
    "$argon2i$v=19$m=1024,t=3,p=2$TmFDbC1hbmQtcGVwcGVyLg$" +
      "3CwlkywQezFcvb2IEeEf51BMYVlsEfJsg7Jh53t2AoM",
  ],
  [
    "argon2id",
    "$argon2id$v=19$m=1024,t=3,p=2$TmFDbC1hbmQtcGVwcGVyLg$" +
      "uJIvqFs2vwJPskSbfbVDiA8K7aSJAz0RprTLw6USlZQ",
  ],
  [
    "Django's argon2",
    "argon2$argon2id$v=19$m=1024,t=3,p=2$TmFDbC1hbmQtcGVwcGVyLg$" +
      "uJIvqFs2vwJPskSbfbVDiA8K7aSJAz0RprTLw6USlZQ",
  ],
  ["bcrypt 2a", "$2a$05$abcdefghijklmnopqrstuuE6fDVqgfYsAVRCcqdwxH7iWC5NseAzi"],
  ["bcrypt 2b", "$2b$05$abcdefghijklmnopqrstuuE6fDVqgfYsAVRCcqdwxH7iWC5NseAzi"],
  ["bcrypt 2y", "$2y$05$abcdefghijklmnopqrstuuE6fDVqgfYsAVRCcqdwxH7iWC5NseAzi"],
  ["jBCrypt's", "$2a$06$m0CrhHm10qJ3lXRY.5zDGO3rS2KdeeWLuGmsfGlMfOxih58VYVfxe", "a"],
  ["Django's bcrypt", "bcrypt$$2b$04$abcdefghijklmnopqrstuuYr9OwggAerr/vgwAJ2eYZbW86VECc0C"],
  [
    "Django's bcrypt_sha256",
    "bcrypt_sha256$$2b$04$abcdefghijklmnopqrstuuQ8zYbtSv9F.e62ndzAQQyyhZeqaPC4.",
  ],
  [
    "scrypt",
    "$scrypt$ln=12,r=8,p=1$TmFDbC1hbmQtcGVwcGVyLg$OGsL69l2r3IO7HDkhh5aXiZlS8teN8k2LrvO77gAdCw",
  ],
  [
    "passlib's scrypt",
    "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
    "password",
  ],
  [
    "RFC 7914's scrypt",
    "$scrypt$ln=10,r=8,p=16$TmFDbA$" +
      "/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA",
    "password",
  ],
  [
    "Django's scrypt",
    "scrypt$4096$saltysaltysalty$8$1$" +
      "LwTZq5C57kg2e+Rx62TmUuCniza0bw75vPLLZQJ3+XZQG5q0pCJmyK1a2HXAquoFwrwGL01p0507HImEba72Pg==",
  ],
  ["PBKDF2 of SHA-1", "$pbkdf2$6400$TmFDbC1hbmQtcGVwcGVyLg$nblwtteCChK9h8FGxBOo/UN6HA0"],
  [
    "PBKDF2 of SHA-256",
    "$pbkdf2-sha256$6400$....TmFDbC1hbmQtcGVwcGVyLg$xcU67R2c/qFG49yPlCL6M5Knb2Stl/u9pJhMwsJofIU",
  ],
  [
    "PBKDF2 of SHA-512",
    "$pbkdf2-sha512$6400$....TmFDbC1hbmQtcGVwcGVyLg$" +
      "em3MzaBRRzuolZNU9JcFxalR484TncwKN6/t1lg5gLsbEr0m8gPb4RbSxfBTUPYV89KMg.cs.nJQO0CQbizCQw",
  ],
  [
    "passlib's PBKDF2",
    "$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk",
    "toomanysecrets",
  ],
  [
    "PBKDF2 as PHC has it",
    "$pbkdf2-sha256$i=6400,l=32$TmFDbC1hbmQtcGVwcGVyLg$kEczYB/+3R5sS1DnG+C6hdUNnzNU+NGkRY0YADuLUMM",
  ],
  ["Django's PBKDF2", "pbkdf2_sha256$6400$saltysalty$fKP8J6x1QKwd9jEyKvPT992ameHpI/scuDuSmH9j0Oc="],
  ["Django's PBKDF2 of SHA-1", "pbkdf2_sha1$6400$saltysalty$P+gA/OvXqS4WPWTr+yyn3NZxqwU="],
  ["LDAP's SSHA", "{SSHA}r3fcj7pvNMfvXvyz+a4YjX2PoqxzYWx0"],
  ["LDAP's SSHA256", "{SSHA256}bIpZvIvp0pwA8M7m6X9IKvDMiBhtKPnkB1mpYzH+ZZtzYWx0c2FsdA=="],
  [
    "LDAP's SSHA512",
    "{ssha512}nRLYDy8b89IKG0FfFOuy315jOAdLTYr7JHnkEUxZVEOkjac6u" +
      "IdZ6E9ghorsVLMj5z2l35IZwM3ERTt8eaJfh05hQ2wtYW5kLXBlcHBlci4=",
  ],
  ["Django's SHA-1", "sha1$salty$e56831b22e314dc41b08056732ba36fbad62aa65"],
  [
    "salted SHA-256",
    "sha256$salty$6659e5ac8772b578fc5cec9c8f4c29196639318ef46170816b0ef0a9961d6d74",
  ],
  [
    "salted SHA-512",
    "sha512$salty$7925da49052eb5bda101383eb5230d5e54a19040089a39cb8737c0a02" +
      "8c978c23c2d076c799c4ebc887987b7057c07ef181adfda87b37f9f66e0cb75bfff1305",
  ],
];

test.each(HASHES)(
  "%s: the right password, no other, and ours takes its place",
  async (_, hash, given) => {
    const password = given ?? PASSWORD;
    hasher.storable(hash);
    const { matches, stronger = "" } = await verify(hash, password);
    expect(matches).toBe(true);
    expect(await verify(stronger, password)).toEqual({ matches: true, stronger: undefined });
    for (const wrong of [`${password} `, ""])
      expect(await verify(hash, wrong)).toEqual({ matches: false, stronger: undefined });
  },
);

describe("bcrypt", () => {
  test("sees 72 bytes, as everywhere", async () => {
    const hash = "$2b$04$abcdefghijklmnopqrstuubzadhGtS2zEF.gu0yd0opP6cVzb.e0i";
    for (const rest of ["", "y", "z".repeat(300)])
      expect(await isRight(hash, "x".repeat(72) + rest)).toBe(true);
    expect(await isRight(hash, "x".repeat(71))).toBe(false);
  });

  test("takes no password with a NUL for its beginning", async () => {
    const hash = "$2b$04$abcdefghijklmnopqrstuuCi15uRb1eH7NAlJ/TgeJertyknQpYn2";
    expect(await isRight(hash, "abc")).toBe(true);
    for (const password of ["abc\0", "abc\0def", "\0abc"])
      expect(await isRight(hash, password)).toBe(false);
  });
});

const B64 = "A".repeat(43);
test.each([
  ["argon2 with too much memory", `$argon2id$v=19$m=1048576,t=1,p=1$${B64}$${B64}`],
  ["argon2 with too many passes", `$argon2id$v=19$m=65536,t=100,p=1$${B64}$${B64}`],
  ["argon2 with too many lanes", `$argon2id$v=19$m=1024,t=1,p=9999$${B64}$${B64}`],
  ["argon2 with no passes", `$argon2id$v=19$m=1024,t=0,p=1$${B64}$${B64}`],
  ["argon2 with no lanes", `$argon2id$v=19$m=1024,t=1,p=0$${B64}$${B64}`],
  ["argon2 with less memory than its lanes need", `$argon2id$v=19$m=127,t=1,p=16$${B64}$${B64}`],
  ["argon2 with a salt of half a byte", `$argon2id$v=19$m=1024,t=1,p=1$${"A".repeat(13)}$${B64}`],
  [
    "argon2 with a digest of bits too many",
    `$argon2id$v=19$m=1024,t=1,p=1$${B64}$${"A".repeat(42)}B`,
  ],
  ["bcrypt of cost 17", `$2b$17$${"a".repeat(53)}`],
  ["scrypt with 256 MiB", `$scrypt$ln=18,r=8,p=1$${B64}$${B64}`],
  ["scrypt with 2^99", `$scrypt$ln=99,r=9999,p=9999$${B64}$${B64}`],
  ["scrypt again and again", `$scrypt$ln=17,r=8,p=9$${B64}$${B64}`],
  ["scrypt with an N that is no power of two", `scrypt$4095$salt$8$1$${B64}=`],
  ["scrypt with an N that is too much for its r", `$scrypt$ln=16,r=1,p=1$${B64}$${B64}`],
  ["scrypt with no r", `scrypt$4096$salt$0$1$${B64}=`],
  ["PBKDF2 with too many iterations", `pbkdf2_sha256$5000001$salt$${B64}=`],
  ["PBKDF2 with a digest that costs them twice", `pbkdf2_sha256$2500001$salt$${"A".repeat(86)}==`],
  ["PBKDF2 with no iterations", `pbkdf2_sha256$0$salt$${B64}=`],
  ["a digest of a byte", "pbkdf2_sha256$1$salt$AA=="],
  ["SHA without salt", `{SSHA}${Buffer.alloc(21).toString("base64").slice(0, 27)}=`],
  ["SHA of a wrong length", `sha256$salt$${"0".repeat(40)}`],
  ["MD5 of an unknown rule", "0".repeat(32)],
  ["yescrypt", "$y$j9T$I5Wxfm.fyg.RRWlgWw.rI1$gnQqGtbpPexqxZJkWMq8FxQi5Swc.CWeKtM8LwvEUB6"],
  ["DES", "48c/R8JAv757A"],
  ["sha1crypt", "$sha1$15100$jiJDkz0E$E8C7RQAD3NetbSDz7puNAY.5Y2jr"],
  ["Firebase without its parameters", "$firescrypt$42xEC+ixf3L2lw==$lSrfV15cpx95"],
  ["a password of Spring itself", "{noop}correct horse battery"],
  ["plain text", "correct horse battery"],
  ["nothing", ""],
  [
    "what is longer than its column",
    `sha512$${"s".repeat(64)}$${"0".repeat(128)}${" ".repeat(900)}`,
  ],
])("%s is refused, and never right", async (_, hash) => {
  expect(() => hasher.storable(hash)).toThrow(
    expect.objectContaining({
      reason: "FIELD_INVALID",
      details: { fields: [expect.objectContaining({ field: "password_hash" })] },
    }),
  );
  expect(await isRight(hash, "correct horse battery")).toBe(false);
});
