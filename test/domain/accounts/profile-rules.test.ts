// Which text is a value of a profile, and how it is stored.
import { expect, test } from "vitest";
import {
  changedProfile,
  checkProfile,
} from "../../../src/domain/accounts/attributes/change-profile.ts";
import { PROFILE_LIMITS } from "../../../src/domain/accounts/attributes/profile-rules.ts";
import {
  PROFILE_FIELDS,
  PROFILE_TEXTS,
  type ProfileText,
  type ProfileUpdate,
} from "../../../src/domain/accounts/attributes/user-profile.ts";
import { IdentityError } from "../../../src/domain/errors.ts";

const stored = (which: ProfileText, text: string): string | undefined =>
  checkProfile({ [which]: text })[which];

/** The name of the field that the update is refused for. */
function refused(update: ProfileUpdate): string | undefined {
  try {
    changedProfile(undefined, checkProfile(update));
    return undefined;
  } catch (error) {
    if (error instanceof IdentityError) return error.details.fields?.[0]?.field;
    throw error;
  }
}

test.each<[ProfileText, string, string]>([
  ["name", "  Ada Lovelace ", "Ada Lovelace"],
  ["name", "Re\u0301mi", "R\u00e9mi"],
  // A Persian name needs the joiner between its letters.
  ["familyName", "علی\u200Cزاده", "علی\u200Cزاده"],
  ["name", "   ", ""],
  ["picture", " https://Example.com/ädä.png ", "https://example.com/%C3%A4d%C3%A4.png"],
  ["locale", "de-ch", "de-CH"],
  ["locale", "zh-hans-cn", "zh-Hans-CN"],
  ["zoneinfo", "europe/berlin", "Europe/Berlin"],
  ["zoneinfo", "Asia/Kolkata", "Asia/Kolkata"],
  ["zoneinfo", "UTC", "UTC"],
  ["phoneNumber", "+49 (30) 1234-56.78", "+493012345678"],
  ["streetAddress", " 1 Main St\r\nFloor 2 ", "1 Main St\nFloor 2"],
  ["formattedAddress", "a\n\nb", "a\n\nb"],
])("%s %j is stored as %j", (which, text, value) => {
  expect(stored(which, text)).toBe(value);
});

test.each<[ProfileText, string]>([
  ["name", "Ada\u202eLovelace"],
  ["name", "a\nb"],
  ["name", "a\u0000b"],
  ["name", "\ud800"],
  ["name", "\u2800"],
  ["givenName", "\u200ca"],
  ["picture", "http://example.com/a.png"],
  ["picture", "data:image/png;base64,AAAA"],
  ["picture", "javascript:alert(1)"],
  ["picture", "https://user:password@example.com/a.png"],
  ["picture", "https://example.com/a\tb.png"],
  ["picture", "/a.png"],
  // Short as it is typed, too long as it is stored.
  ["picture", `https://example.com/${"ä".repeat(1900)}`],
  ["locale", "de_DE"],
  ["locale", "deutsch sprache"],
  ["locale", "x"],
  ["zoneinfo", "+03:00"],
  ["zoneinfo", "Mars/Base"],
  ["zoneinfo", "Europe/Berlin;"],
  ["phoneNumber", "030 12345678"],
  ["phoneNumber", "+0301234567"],
  ["phoneNumber", "+1234567890123456"],
  ["phoneNumber", "+49 30 12345678 ext. 9"],
  ["streetAddress", "a\u0007b"],
  ["country", "a\nb"],
])("%s %j is refused", (which, text) => {
  expect(refused({ [which]: text })).toBe(PROFILE_FIELDS[which]);
});

test("each text has a limit, which is checked before anything else", () => {
  expect(PROFILE_TEXTS).toHaveLength(13);
  for (const which of PROFILE_TEXTS) {
    expect(refused({ [which]: "😀".repeat(PROFILE_LIMITS[which] + 1) })).toBe(
      PROFILE_FIELDS[which],
    );
    const started = performance.now();
    expect(refused({ [which]: "a".repeat(20_000_000) })).toBe(PROFILE_FIELDS[which]);
    expect(performance.now() - started).toBeLessThan(100);
  }
  expect(stored("name", "x".repeat(200))).toHaveLength(200);
});

test("an absent value stays, an empty one goes", () => {
  const before = { name: "Ada", locale: "en" } as const;
  expect(changedProfile(before, { givenName: "A" })).toEqual({ ...before, givenName: "A" });
  expect(changedProfile(before, { name: "" })).toEqual({ locale: "en" });
  expect(changedProfile(before, { name: "", locale: "" })).toBeUndefined();
  expect(changedProfile(undefined, {})).toBeUndefined();
});

test("a new number isn't verified, unless the update says so", () => {
  const before = { phoneNumber: "+493012345678", phoneNumberVerified: true } as const;
  expect(changedProfile(before, { name: "Ada" })).toEqual({ ...before, name: "Ada" });
  expect(changedProfile(before, { phoneNumber: before.phoneNumber })).toEqual(before);
  expect(changedProfile(before, { phoneNumber: "+493012345679" })).toEqual({
    phoneNumber: "+493012345679",
  });
  expect(
    changedProfile(before, { phoneNumber: "+493012345679", phoneNumberVerified: true }),
  ).toEqual({ phoneNumber: "+493012345679", phoneNumberVerified: true });
  expect(changedProfile(before, { phoneNumberVerified: false })).toEqual({
    phoneNumber: before.phoneNumber,
  });
  expect(changedProfile(before, { phoneNumber: "" })).toBeUndefined();
  expect(refused({ phoneNumberVerified: true })).toBe("phone_number_verified");
});
