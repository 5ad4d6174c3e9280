import { describe, expect, test } from "vitest";
import type { BrandChange } from "../../../src/domain/branding/check-brand.ts";
import { checkBrand, requireBothColors } from "../../../src/domain/branding/check-brand.ts";
import {
  checkColor,
  contrastOf,
  darkColorOf,
  shadesOf,
} from "../../../src/domain/branding/colors.ts";
import { NO_BRAND } from "../../../src/domain/branding/brand.ts";
import { MAX_LOGO_BYTES } from "../../../src/domain/branding/logo.ts";
import { PNG } from "./samples.ts";

const refusal = (change: BrandChange): string => {
  try {
    checkBrand(change);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("colours", () => {
  // The ratios of WCAG's own examples.
  test.each([
    ["#000000", "#ffffff", 21],
    ["#777777", "#ffffff", 4.48],
    ["#767676", "#ffffff", 4.54],
    ["#ff0000", "#ffffff", 4],
  ])("%s and %s have a contrast of %d", (one, other, ratio) => {
    expect(contrastOf(one, other)).toBeCloseTo(ratio, 2);
    expect(contrastOf(other, one)).toBe(contrastOf(one, other));
  });

  test("a colour that can't be read is refused with the measured ratio", () => {
    expect(refusal({ color: "#ffcc00" })).toMatch(
      /^color has a contrast of 1\.\d\d:1 to #\w{6}; text needs 4\.5:1 \(WCAG AA\)\.$/,
    );
    expect(refusal({ colorDark: "#3b2a80" })).toMatch(/^color_dark has a contrast of 1\.\d\d:1 to/);
    // 4.54 on white, but less on the background of the page.
    expect(refusal({ color: "#767676" })).toContain("4.");
    expect(refusal({ color: "red" })).toBe("color is not a colour such as #2459d6.");
    expect(refusal({ color: "#2459d6;}" })).toContain("not a colour");
  });

  test("our own colours pass, in any case", () => {
    expect(checkColor("color", " #2459D6 ", "light")).toBe("#2459d6");
    expect(checkColor("color_dark", "#8cb0ff", "dark")).toBe("#8cb0ff");
  });

  test("every colour that passes has a dark one and shades that pass", () => {
    let passed = 0;
    for (let red = 0; red < 256; red += 15)
      for (let green = 0; green < 256; green += 15)
        for (let blue = 0; blue < 256; blue += 15) {
          const color = `#${Buffer.from([red, green, blue]).toString("hex")}`;
          if (!refusal({ color }).startsWith("taken")) continue;
          passed++;
          const dark = darkColorOf(color);
          expect(refusal({ color, colorDark: dark }), color).toBe("taken");
          const { strong, tint } = shadesOf(color, "light");
          expect(contrastOf(strong, "#ffffff"), color).toBeGreaterThan(4.5);
          expect(contrastOf("#171c26", tint), color).toBeGreaterThan(4.5);
          expect(contrastOf("#e9edf5", shadesOf(dark, "dark").tint), color).toBeGreaterThan(4.5);
          expect(contrastOf("#525c6e", tint), color).toBeGreaterThan(4.5);
        }
    expect(passed).toBeGreaterThan(1_000);
  });

  test("a colour for dark pages alone is refused", () => {
    expect(() => requireBothColors({ ...NO_BRAND, colorDark: "#8cb0ff" })).toThrow("color_dark");
  });
});

describe("logos", () => {
  const svg = (inner: string): Buffer =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">${inner}</svg>`);

  test.each([
    ["image/png", PNG],
    ["image/jpeg", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0])],
    ["image/webp", Buffer.from("RIFF\0\0\0\0WEBPVP8 ")],
    ["image/svg+xml", svg('<defs><g id="a"/></defs><use href="#a" fill="url(#b)"/>')],
    ["image/svg+xml", Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<!-- a -->\n<svg/>')],
  ] as const)("%s is taken by its content", (type, bytes) => {
    expect(checkBrand({ logo: bytes }).logo).toEqual({
      type,
      content: bytes.toString("base64"),
    });
  });

  test.each([
    ["GIF89a", "no PNG"],
    ["<html><svg/></html>", "no PNG"],
    ["<script>alert(1)</script>", "no PNG"],
    [svg("<script>alert(1)</script>"), "element script"],
    [svg("<s:SCRIPT xmlns:s='http://www.w3.org/2000/svg'/>"), "element script"],
    [svg("<foreignObject/>"), "element foreignobject"],
    [svg('<image href="https://example.com/a.png"/>'), "element image"],
    [svg('<animate attributeName="href" values="javascript:alert(1)"/>'), "element animate"],
    [svg('<a href="javascript:alert(1)"><g/></a>'), "element a"],
    [svg('<g onload="alert(1)"/>'), "event handler"],
    [svg("<g\nonclick = 'alert(1)'/>"), "event handler"],
    [svg('<use xlink:href="https://example.com/a.svg#b"/>'), "outside of itself"],
    [svg("<use href='data:image/svg+xml,x'/>"), "outside of itself"],
    [svg('<use href="&#104;ttps://example.com/#b"/>'), "outside of itself"],
    [svg('<g style="fill:url(https://example.com)"/>'), "outside of itself"],
    [svg("<style>@import 'https://example.com/a.css';</style>"), "outside of itself"],
    [svg("<style>g{fill:\\75rl(https://example.com)}</style>"), "outside of itself"],
    ['<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "no PNG"],
    ['<svg><!ENTITY a "b"></svg>', "document type"],
    ['<svg><?xml-stylesheet href="#"?></svg>', "document type"],
    [Buffer.from('<svg title="\xe9"/>', "latin1"), "not in UTF-8"],
    ['<?xml version="1.0" encoding="utf-7"?><svg/>', "not in UTF-8"],
    [Buffer.concat([PNG, Buffer.alloc(MAX_LOGO_BYTES)]), `more than ${MAX_LOGO_BYTES}`],
  ])("an image is refused, case %#", (content, why) => {
    expect(refusal({ logo: Buffer.from(content) })).toContain(why);
  });

  test("no bytes remove the logo", () => {
    expect(checkBrand({ logo: Buffer.alloc(0) })).toEqual({ logo: undefined });
  });
});

describe("names, links and letters", () => {
  test.each([
    ["a".repeat(65), "longer than 64"],
    ["\u3164", "visible"],
    ["Ac\u202eme", "invisible"],
    ["Ac\nme", "invisible"],
  ])("the name %j is refused", (name, why) => {
    expect(refusal({ name })).toContain(why);
  });

  test.each([
    "http://example.com",
    "javascript:alert(1)",
    "https://user:secret@example.com",
    "mailto:a@b?subject=x",
    "mailto:",
    "//example.com",
    `https://example.com/${"a".repeat(500)}`,
  ])("the link %s is refused", (terms) => {
    expect(refusal({ links: { terms } })).toMatch(/^links\.terms is not a link/);
  });

  test("links are written as browsers write them; empty ones are none", () => {
    const links = { terms: ' https://EXAMPLE.com/a b"c ', privacy: "", support: "mailto:a@b.org" };
    expect(checkBrand({ links }).links).toEqual({
      terms: "https://example.com/a%20b%22c",
      support: "mailto:a@b.org",
    });
  });

  const letter = (text: string, subject = "") => ({
    letters: [{ kind: "sign-up", language: "en", subject, text } as const],
  });

  test("texts have known placeholders only", () => {
    expect(
      checkBrand(letter("Hi from {name}\r\n\r\n at {host}, {when} ", " {name} ")).letters,
    ).toEqual([
      {
        kind: "sign-up",
        language: "en",
        subject: "{name}",
        text: "Hi from {name}\nat {host}, {when}",
      },
    ]);
    expect(refusal(letter("Hi {user}"))).toBe(
      "letters[0].text contains {user}, which is no placeholder; those are {name}, {host}, {when}.",
    );
    expect(refusal(letter("a } b"))).toContain("contains },");
    expect(refusal(letter("{constructor}"))).toContain("{constructor}");
    expect(refusal(letter("", "two\nlines"))).toContain("invisible");
  });

  test("texts are bounded, each once, and empty ones are none", () => {
    expect(refusal(letter("a".repeat(1001)))).toContain("longer than 1000");
    expect(refusal(letter("", "a".repeat(121)))).toContain("longer than 120");
    expect(checkBrand(letter("", " ")).letters).toEqual([]);
    const [one] = letter("a").letters;
    expect(refusal({ letters: [one, one] } as BrandChange)).toContain("letters[1] is of the same");
    expect(refusal({ letters: [{ ...one, kind: "no" }] } as never)).toContain("letters[0].kind");
    expect(refusal({ letters: [{ ...one, language: "no" }] } as never)).toContain("language");
  });
});
