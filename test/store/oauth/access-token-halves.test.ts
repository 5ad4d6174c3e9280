// An ID token names its access token by half of the token's hash (OpenID Connect Core section
// 3.1.3.6). The store finds the whole one by the primary key.
import { hash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { anAccessToken } from "../samples.ts";

const whole = (text: Buffer): string => hash("sha256", text, "base64url");
const halfOf = (text: Buffer): string =>
  hash("sha256", text, "buffer").subarray(0, 16).toString("base64url");

describe.each(stores)("halves of hashes on $engine", ({ use }) => {
  const test = use();

  it("lead to their token alone, with every character of base64url", async () => {
    const texts = Array.from({ length: 50 }, () => randomBytes(32));
    for (const text of texts)
      await test.store.tokens.insertAccess(anAccessToken({ hash: whole(text) }));
    let count = 0;
    for (const text of texts) {
      expect(await test.store.tokens.findAccessHash(halfOf(text))).toBe(whole(text));
      count++;
    }
    expect(count).toBe(50);
  });

  it("of another case, of another last character and of nothing lead nowhere", async () => {
    const text = randomBytes(32);
    await test.store.tokens.insertAccess(anAccessToken({ hash: whole(text) }));
    const half = halfOf(text);
    const last = half.endsWith("A") ? "Q" : "A";
    for (const wrong of [
      half.toLowerCase() === half ? half.toUpperCase() : half.toLowerCase(),
      half.slice(0, 21) + last,
      half.slice(0, 21),
      "",
      "%",
      halfOf(randomBytes(32)),
    ])
      expect([wrong, await test.store.tokens.findAccessHash(wrong)]).toEqual([wrong, undefined]);
  });
});
