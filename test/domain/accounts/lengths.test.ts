// Names and addresses are measured before anything is done with them.
import { afterEach, describe, expect, test, vi } from "vitest";
import { checkChosenUsername, checkUsername } from "../../../src/domain/accounts/usernames.ts";
import { checkLockReason } from "../../../src/domain/accounts/lock-reason.ts";
import { emailKey, parseEmail } from "../../../src/domain/accounts/email-address.ts";
import { isLongerThan } from "../../../src/domain/text.ts";

/** Each normalisation takes the square of these. */
const LONG = `a@${"\u0345\u0315\u0300\u0323\u0327\u0334".repeat(5_000)}`;

afterEach(() => vi.restoreAllMocks());

describe("a text that is too long", () => {
  const readers = { parseEmail, emailKey, checkUsername, checkChosenUsername, checkLockReason };

  test.each(Object.entries(readers))(
    "is not even normalised, trimmed or put into lower case: %s",
    (_, read) => {
      const work = (["normalize", "toLowerCase", "trim", "split"] as const).map((name) =>
        vi.spyOn(String.prototype, name),
      );
      const walk = vi.spyOn(String.prototype, Symbol.iterator as never);
      try {
        read(LONG);
      } catch {
        // The test below looks at the refusal.
      }
      const worked = [...work, walk].reduce(
        (sum, { mock }) =>
          sum + mock.contexts.filter((text) => String(text).length === LONG.length).length,
        0,
      );
      vi.restoreAllMocks();
      expect(worked).toBe(0);
    },
  );

  test("is no address and no name", () => {
    expect(() => parseEmail(LONG)).toThrow("not an e-mail address");
    expect(emailKey(LONG)).toBeUndefined();
    expect(() => checkUsername("a".repeat(513))).toThrow("longer than 128 characters");
    expect(() => checkChosenUsername("a".repeat(129))).toThrow("longer than 128 characters");
    expect(() => checkLockReason("a".repeat(501))).toThrow("longer than 500 characters");
  });
});

test("characters are counted, not halves of them", () => {
  expect([
    isLongerThan("🙂".repeat(128), 128),
    isLongerThan("🙂".repeat(129), 128),
    isLongerThan("a".repeat(128), 128),
    isLongerThan("a".repeat(129), 128),
  ]).toEqual([false, true, false, true]);
  expect(checkUsername("🙂".repeat(128))).toBe("🙂".repeat(128));
  expect(parseEmail(`${"a".repeat(242)}@example.com`).key).toHaveLength(254);
  expect(() => parseEmail(`${"a".repeat(243)}@example.com`)).toThrow("not an e-mail address");
});
