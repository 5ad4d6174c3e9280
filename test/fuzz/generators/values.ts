import fc from "fast-check";
import { CANARY, isSecret } from "../target/canary.ts";
import type { Principals } from "../target/enrol.ts";

/**
 * Longer than any password that is hashed: hashes are slow, and a few requests that would need one
 * is enough.
 */
const TOO_LONG = CANARY.repeat(100);

/** A secret of no client, now and then of a length that is accepted. */
const secret = fc.oneof(
  { weight: 5, arbitrary: fc.constant(TOO_LONG) },
  { weight: 1, arbitrary: fc.nat(9).map((n) => `${CANARY} ${n}`) },
);
const opaque = fc.constantFrom(CANARY, `lks_${CANARY}`, `${CANARY.repeat(5)}=`);

const fresh = fc.nat(1e9).map((n) => `n${n}`);

/** What goes into a field of that name if all is well. */
export function goodText(
  name: string,
  { user, developer, prey }: Principals,
): fc.Arbitrary<string> {
  switch (name.toLowerCase().replaceAll("_", "")) {
    case "password":
    case "currentpassword":
    case "newpassword":
      return fc.oneof(
        { weight: 5, arbitrary: secret },
        { weight: 1, arbitrary: fc.constant(user.password) },
      );
    case "accid":
      return fc.oneof(
        { weight: 5, arbitrary: fresh },
        { weight: 1, arbitrary: fc.constant(prey.accId) },
      );
    case "email":
      return fc.oneof(
        fc.constantFrom(user.email, prey.email, ""),
        fresh.map((text) => `${text}@example.com`),
      );
    case "username":
    case "userid":
    case "login":
      return fc.oneof(fc.constantFrom(user.username, prey.userId, "me", ""), fresh);
    case "secretid":
      return fc.constantFrom(developer.secretId, "nobody");
    case "clientid":
      return fc.constantFrom(prey.clientId, developer.secretId, "nobody");
    case "ownerid":
    case "id":
      return fc.constantFrom(prey.userId, "me");
    case "realm":
      return fc.constantFrom("", "default", "other");
    case "pagetoken":
      return fc.constantFrom("", "", "x");
    case "redirecturi":
      return fc.constantFrom(
        "https://app.example/cb",
        "http://127.0.0.1/cb",
        "javascript:alert(1)",
        "//elsewhere.example",
      );
    case "granttype":
      return fc.constantFrom(
        "client_credentials",
        "authorization_code",
        "refresh_token",
        "password",
      );
    case "codechallengemethod":
      return fc.constantFrom("S256", "plain");
    case "ip":
      return fc.nat(65_535).map((n) => `${n % 2 ? "" : "::ffff:"}192.0.${n >> 8}.${n & 255}`);
    case "scope":
      return fc.constantFrom("profile", "users.read users.write", "admin");
    default:
      return isSecret(name) ? opaque : fresh;
  }
}

/** Texts that break careless readers, databases, logs and pages. */
const NASTY: readonly string[] = [
  "",
  " ",
  "0",
  "1",
  "-1",
  "true",
  "null",
  "undefined",
  "NaN",
  "[]",
  "{}",
  "[object Object]",
  "1e999",
  "9223372036854775808",
  "-9223372036854775809",
  "' OR 1=1 --",
  '"; DROP TABLE users; --',
  "1; SELECT pg_sleep(9)",
  "%' AND '1'='1",
  "\\'",
  "${data}",
  "${message}",
  "{{7*7}}",
  "<%= 7*7 %>",
  "<script>alert(1)</script>",
  "javascript:alert(1)",
  '"><img src=x onerror=alert(1)>',
  "../../etc/passwd",
  "..\\..\\x",
  "*)(uid=*))(|(uid=*",
  "%s%n%x",
  "$(id)",
  "`id`",
  "a\r\nset-cookie: x=1",
  "a\nb",
  "\x1B[31mred",
  "\u2028\u2029",
  "‮gnp.exe",
  "﻿",
  "￾",
  "é",
  "ﬀ",
  "İ",
  "🤷‍♀️",
  "名前",
  "\0",
  "a\0b",
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "x".repeat(300),
  "ü".repeat(3e3),
  "a@b@c",
  "@",
  "a@",
  "user@[127.0.0.1]",
  "KNOWN@EXAMPLE.COM",
  " known@example.com ",
];

export const nastyText = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 40 }) },
);

/** Names that no field has, and that some readers take for more than names. */
export const STRANGE_NAMES: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "constructor[prototype][x]",
  "__proto__[x]",
  "__proto__.x",
  "toString",
  "hasOwnProperty",
  "",
  ".",
  "..",
  "a.b.c",
  "[]",
  "[0]",
  "x[]",
  "\0",
  "id",
  "role",
  "roles",
  "is_admin",
  "isAdmin",
  "admin",
  "email_verified",
  "password_hash",
  "developer",
  "state",
  "realm",
  "scopes",
  "created_at",
  "sub",
  "_method",
  "token",
];
