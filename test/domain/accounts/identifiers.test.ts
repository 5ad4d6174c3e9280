// Which names are taken, which look alike, and what is shown of those that hide something.
import { describe, expect, test } from "vitest";
import {
  checkChosenUsername,
  checkNewUsername,
  checkUsername,
  lookOf,
} from "../../../src/domain/accounts/usernames.ts";
import { hasControls, isVisible } from "../../../src/domain/text.ts";
import { visibleName, visibleText } from "../../../src/domain/security/visible-text.ts";

/**
 * What no font shows, one of each kind: soft hyphen, joiners, directions, fillers, selectors, tags,
 * private use, none at all.
 */
const HIDDEN = [
  0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x17b4, 0x180b, 0x180e, 0x200b, 0x200c, 0x200d, 0x200e,
  0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x206a, 0x3164, 0xfe00, 0xfe0f, 0xfeff, 0xffa0, 0xfff9,
  0x1bca0, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0xe000, 0xf0000, 0xfdd0, 0xfffe, 0x7, 0x7f, 0x85,
  0x2028, 0x2029,
].map((code) => String.fromCodePoint(code));

describe("a new user name", () => {
  test("holds nothing that is not seen", () => {
    expect(HIDDEN.length).toBeGreaterThan(30);
    for (const hidden of HIDDEN)
      for (const name of [
        `mar${hidden}ia`,
        `${hidden}maria`,
        `maria${hidden}`,
        hidden,
        hidden.repeat(8),
      ])
        expect(() => checkNewUsername(name), JSON.stringify(name)).toThrow(
          expect.objectContaining({
            reason: "USERNAME_INVALID",
            details: { fields: [expect.objectContaining({ field: "username" })] },
          }),
        );
  });

  test.each([
    " maria",
    "maria ",
    "ma  ria",
    "ma\u00a0ria",
    "ma\u2003ria",
    "ma\u3000ria",
    "\u3000",
    "ma\u2800ria",
    "\u2800",
    " ",
    "ma@ria",
    "\u0301maria",
    "mari\u0301\u0301a",
    `a${"\u0300\u0301\u0302\u0303\u0304"}`,
    "\ud800",
    "x".repeat(129),
    "\u0301".repeat(60_000),
  ])("is not %j", (name) => {
    expect(() => checkNewUsername(name)).toThrow(
      expect.objectContaining({ reason: "USERNAME_INVALID" }),
    );
  });

  test.each([
    "maria",
    "Ада 2",
    "мария",
    "玛丽亚",
    "マリア",
    "마리아",
    "ماريا",
    "מריה",
    "मरिया",
    "มาเรีย",
    "Łukasz 😀",
    "O'Brien-Смит",
    "Nguyễn Văn",
    "!!!",
    "ß",
    "x".repeat(128),
    "😀".repeat(128),
  ])("may be %j", (name) => {
    expect(checkNewUsername(name)).toBe(name.normalize("NFC"));
    expect(checkChosenUsername(`  ${name} `)).toBe(name.normalize("NFC"));
  });

  test("is kept in NFC", () => {
    expect(checkNewUsername("Rene\u0301")).toBe("Ren\u00e9");
  });

  test("by a documented API stays what it is", () => {
    for (const name of ["mar\u200bia", " maria ", "Rene\u0301", "\u202emaria", "\u3164"])
      expect(checkUsername(name)).toBe(name);
  });
});

describe("the look of a name", () => {
  test.each([
    "mаria",
    "mari\u0430",
    "ｍaria",
    "𝓶aria",
    "mar\u200bia",
    "maria\u00ad",
    " maria ",
    "rnaria",
    "m\u0430r\u0456\u0430",
    "mar\u2170a",
    "marıa",
    "ⅿaria",
  ])("of %j is that of maria", (name) => {
    expect(lookOf(name)).toBe(lookOf("maria"));
  });
  test.each([
    ["pаypal1", "paypaIl"],
    ["René", "Rene\u0301"],
    ["ma ria", "ma \u00a0 ria"],
    ["Олег", "\u041e\u043b\u0435\u0433"],
    ["O0", "ОO"],
    ["user1", "userl"],
  ])("of %j is that of %j", (one, other) => {
    expect(lookOf(one)).toBe(lookOf(other));
  });
  test.each([
    ["maria", "Maria"],
    ["maria", "mario"],
    ["maria", "mária"],
    ["ma ria", "maria"],
    ["user1", "user2"],
    ["мария", "марина"],
    ["李", "季"],
  ])("of %j is not that of %j", (one, other) => {
    expect(lookOf(one)).not.toBe(lookOf(other));
  });
  test("is none of what shows nothing, nor of what is too long for a name", () => {
    for (const name of ["", " ", "\u200b", "\u3164", "\u2800", "x".repeat(5000)])
      expect(lookOf(name)).toBe("");
  });
});

describe("names of groups and applications", () => {
  test.each([
    "",
    " ",
    "\u3000",
    "\u3164",
    "\u2800",
    "\u200b\u200b",
    "\u00ad",
    "\ufe0f",
    "\u0301",
    " \u2060 ",
    "\u{e0041}",
  ])("%j shows nothing", (name) => {
    expect(isVisible(name)).toBe(false);
  });
  test("hold nothing that is not seen", () => {
    expect(HIDDEN.filter((hidden) => !hasControls(`Mail ${hidden}`))).toEqual([]);
    for (const name of ["Mail & more", "Почта", "邮件", "Mail 📬"])
      expect([hasControls(name), isVisible(name)]).toEqual([false, true]);
  });
});

describe("what is shown", () => {
  test("of a text is everything in it", () => {
    for (const hidden of HIDDEN)
      expect(visibleText(`a${hidden}b`)).toBe(
        `a‹U+${hidden.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}›b`,
      );
    expect(visibleText("Rene\u0301")).toBe("Rene‹U+0301›");
    expect(visibleText("\u212b \u1112\u1161\u11ab")).toBe("‹U+212B› \u1112‹U+1161›‹U+11AB›");
    expect(visibleText("line\nline\ttab")).toBe("line\nline\ttab");
  });
  test.each([
    "maria",
    "мария",
    "Ада 2",
    "玛丽亚",
    "ماريا",
    "O'Brien-Смит",
    "DJ Вася",
    "Łukasz 😀",
    "Ω mega",
    "ａ",
  ])("of the honest name %j is the name", (name) => {
    expect(visibleName(name)).toBe(name);
  });
  test.each([
    ["mаria", "m‹U+0430›ria"],
    ["pаypаl", "p‹U+0430›yp‹U+0430›l"],
    [" maria", "‹U+0020›maria"],
    ["maria  ", "maria‹U+0020›‹U+0020›"],
    ["ma  ria", "ma ‹U+0020›ria"],
    ["ma\u00a0ria", "ma‹U+00A0›ria"],
    ["ma\u2800ria", "ma‹U+2800›ria"],
    ["mar‹U+200B›ia", "mar‹U+2039›U+200B›ia"],
    ["gοοgle", "g‹U+03BF›‹U+03BF›gle"],
  ])("of %j is %j", (name, shown) => {
    expect(visibleName(name)).toBe(shown);
    expect(visibleText(shown)).toBe(shown);
  });
});
