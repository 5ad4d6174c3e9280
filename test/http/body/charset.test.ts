// Forms of other charsets: what their bytes mean, escaped or not.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseForm } from "../../../src/http/body/form.ts";
import { parseParameterized } from "../../../src/http/body/media-type.ts";

const parse = (octets: string, charset: string) =>
  parseForm(Buffer.from(octets, "latin1"), charset);

test.each([
  ["ISO-8859-1", "a=%E9+\xE9&b=%80", ["é é", "\x80"]],
  ["latin1", "a=%C3%A9", ["Ã©"]],
  ["ISO_8859-1:1987", "a=%FF", ["ÿ"]],
  ["windows-1252", "a=%80", ["€"]],
  ["US-ASCII", "a=b%40c+d", ["b@c d"]],
  ["windows-1251", "a=%CF%F0%E8%E2%E5%F2&b=\xEC\xE8\xF0", ["Привет", "мир"]],
  ["cp1251", "a=%CF", ["П"]],
  ["KOI8-R", "a=%F0", ["П"]],
  ["GBK", "a=%D6%D0%CE%C4", ["中文"]],
  ["Shift_JIS", "a=%83A%83\\", ["アソ"]],
  ["utf-8", "a=%D0%9F&b=\xD0\x9F", ["П", "П"]],
  ["UTF8", "a=%D0%9F", ["П"]],
  [" utf-8 ", "a=%D0%9F", ["П"]],
])("%s: %j", (charset, octets, values) => {
  expect(parse(octets, charset).map(({ value }) => value)).toEqual(values);
});

test.each([
  ["US-ASCII", "a=%E9", "the body is not US-ASCII"],
  ["US-ASCII", "a=\xE9", "the body is not US-ASCII"],
  ["gbk", "a=%D6", "the body has bytes that its charset doesn't have"],
  ["utf-8", "a=%E9", "a percent-escape is broken or is not UTF-8"],
  ["utf-8", "a=\xE9", "the body is not UTF-8"],
  ["windows-1251", "a=%E", "a percent-escape is broken"],
  ["windows-1251", "a=%zz", "a percent-escape is broken"],
  ["utf-16", "a=b", "send the body in UTF-8"],
  ["utf-16le", "a=b", "send the body in UTF-8"],
  ["iso-2022-jp", "a=b", "send the body in UTF-8"],
  ["utf-7", "a=b", "send the body in UTF-8"],
  ["constructor", "a=b", "send the body in UTF-8"],
  ["", "a=b", "send the body in UTF-8"],
])("%s: %j is refused", (charset, octets, message) => {
  expect(() => parse(octets, charset)).toThrow(message);
});

test("the field _charset_ names the charset of a form", () => {
  expect(parse("a=%CF&_charset_=windows-1251&b=\xCF", "utf-8")).toEqual([
    { name: "a", value: "П" },
    { name: "b", value: "П" },
  ]);
  expect(parse("_charset_=&a=%D0%9F", "utf-8")).toEqual([{ name: "a", value: "П" }]);
  expect(parse("a=_charset_", "utf-8")).toEqual([{ name: "a", value: "_charset_" }]);
  expect(() => parse("a=b&_charset_=x", "utf-8")).toThrow("send the body in UTF-8");
});

describe("a form that is encoded letter by letter is read as it was written", () => {
  const encodings: Readonly<Record<string, (letter: string) => number>> = {
    "iso-8859-1": (letter) => letter.charCodeAt(0),
    "windows-1251": (letter) =>
      letter >= "А" ? letter.charCodeAt(0) - 0x0410 + 0xc0 : letter.charCodeAt(0),
  };
  const letters: Readonly<Record<string, fc.Arbitrary<string>>> = {
    "iso-8859-1": fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    "windows-1251": fc.oneof(
      fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
      fc.constantFrom("А", "Б", "В", "Ю", "Я", "а", "б", "я"),
    ),
  };
  const isPlain = (code: number): boolean =>
    code > 0x20 && !/[&=+%]/.test(String.fromCharCode(code));

  test.each(Object.keys(encodings))("%s", (charset) => {
    const text = fc
      .array(fc.tuple(letters[charset]!, fc.boolean()), { minLength: 1 })
      .map((list) => ({
        text: list.map(([letter]) => letter).join(""),
        octets: list
          .map(([letter, isEscaped]) => {
            const code = encodings[charset]!(letter);
            return isPlain(code) && !isEscaped
              ? String.fromCharCode(code)
              : `%${code.toString(16).padStart(2, "0")}`;
          })
          .join(""),
      }));
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text), { maxLength: 5 }), (pairs) => {
        const octets = pairs.map(([name, value]) => `${name.octets}=${value.octets}`).join("&");
        expect(parse(octets, charset)).toEqual(
          pairs.map(([name, value]) => ({ name: name.text, value: value.text })),
        );
      }),
    );
  });
});

describe("a value with parameters", () => {
  test.each<[string, string, Record<string, string>]>([
    ["text/plain", "text/plain", {}],
    ["", "", {}],
    ["Text/Plain;Charset=X", "text/plain", { charset: "X" }],
    [' a/b ;\t; c = "d \\"e\\\\" ;f=', "a/b", { c: 'd "e\\', f: "" }],
    ["a/b; boundary=----=_Part_0_1.2", "a/b", { boundary: "----=_Part_0_1.2" }],
    ["a/b; boundary=(')+_,-./:?", "a/b", { boundary: "(')+_,-./:?" }],
    ["a/b; q", "a/b", {}],
  ])("%j is read", (text, value, parameters) => {
    expect(parseParameterized(text)).toEqual({
      value,
      parameters: new Map(Object.entries(parameters)),
    });
  });

  test.each(["a/b c", 'a/b; c="d', 'a/b; c="d"e', "a/b; c=d; C=d", "a/b, c/d; e", 'a/b; "c"=d'])(
    "%j is refused",
    (text) => {
      expect(parseParameterized(text)).toBeUndefined();
    },
  );

  test("comes back as it was written, in any spelling", () => {
    const token = fc.stringMatching(/^[a-z!#$&^_.+-]{1,10}$/);
    const quoted = fc.string({ unit: "grapheme" });
    const parameters = fc.uniqueArray(fc.tuple(token, quoted, fc.nat(2)), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(parameters, (list) => {
        const written = list.map(([name, value, blanks]) => {
          const escaped = value.replaceAll(/["\\]/g, "\\$&");
          return `${" ".repeat(blanks)};${" ".repeat(blanks)}${name.toUpperCase()}="${escaped}"`;
        });
        expect(parseParameterized(`x/y${written.join("")}`)?.parameters).toEqual(
          new Map(list.map(([name, value]) => [name, value])),
        );
      }),
    );
  });
});
