// Which texts of the header are keys.
import { describe, expect, test } from "vitest";
import { IdentityError } from "../../src/domain/errors.ts";
import { keyOfCall, readIdempotencyKey } from "../../src/domain/idempotency/idempotency-key.ts";

const KEY = "8e03978e-40d5-43dd-bc93-6fe9b5a1f0d1";

describe("a key", () => {
  test.each([
    [`"${KEY}"`, KEY],
    [KEY, KEY],
    [`"${KEY.toUpperCase()}"`, KEY],
    [` "a" `, "a"],
    [`"a\\"b\\\\c"`, `a"b\\c`],
    [`"${"a".repeat(255)}"`, "a".repeat(255)],
    [`"${'\\"'.repeat(255)}"`, '"'.repeat(255)],
    ["a:b/c=", "a:b/c="],
  ])("is read: %s", (text, key) => {
    expect(readIdempotencyKey(text)).toBe(key);
  });

  test.each([
    "",
    " ",
    '""',
    '"',
    '"a',
    'a"',
    '"a b"',
    '"a\\b"',
    '"a";x',
    '"a", "b"',
    "a, b",
    "\u00e9",
    '"\u007f"',
    `"${"a".repeat(256)}"`,
    "a".repeat(256),
    `"${'\\"'.repeat(256)}"`,
    "a".repeat(100_000),
  ])("is refused: %j", (text) => {
    expect(() => readIdempotencyKey(text)).toThrow(IdentityError);
  });

  test("any text is a key of visible characters, or refused", () => {
    let keys = 0;
    const alphabet = ['"', "\\", " ", ",", ";", "a", "Z", "9", "-", "~", "!", "\u0000", "\u00ff"];
    let seed = 42;
    const next = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let round = 0; round < 20_000; round++) {
      const inner = Array.from({ length: next(6) }, () => alphabet[next(alphabet.length)]).join("");
      const text = next(2) === 0 ? `"${inner}"` : inner;
      try {
        const key = readIdempotencyKey(text);
        expect(key).toMatch(/^[!-~]{1,255}$/);
        // Written again as a string of RFC 9651, it is the same key.
        const written = `"${key.replaceAll(/["\\]/g, "\\$&")}"`;
        expect(readIdempotencyKey(written)).toBe(key);
        keys++;
      } catch (error) {
        expect(error).toBeInstanceOf(IdentityError);
      }
    }
    expect(keys).toBeGreaterThan(1_000);
    expect(keys).toBeLessThan(15_000);
  });
});

describe("header and field", () => {
  test("mean the same", () => {
    expect(keyOfCall(undefined, "")).toBeUndefined();
    expect(keyOfCall(undefined, "a")).toBe("a");
    expect(keyOfCall('"a"', "")).toBe("a");
    expect(keyOfCall(KEY, KEY.toUpperCase())).toBe(KEY);
  });

  test("must not differ", () => {
    expect(() => keyOfCall('"a"', "b")).toThrow(/another key/);
  });
});
