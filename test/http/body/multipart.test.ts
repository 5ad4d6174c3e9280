import fc from "fast-check";
import { expect, test } from "vitest";
import { parseParameterized } from "../../../src/http/body/media-type.ts";
import * as multipart from "../../../src/http/body/multipart.ts";

const TYPE = "multipart/form-data; boundary=b";
const parseMultipart = (body: string, type: string) =>
  multipart.parseMultipart(Buffer.from(body), parseParameterized(type)!);
const part = (headers: string, value: string): string => `--b\r\n${headers}\r\n\r\n${value}\r\n`;
const field = (name: string, value: string): string =>
  part(`Content-Disposition: form-data; name="${name}"`, value);

test("the fields keep their order, line ends and dashes", () => {
  expect(
    parseMultipart(`${field("a", "1\r\n2--b")}${field("a", "")}${field("é", "--")}--b--\r\n`, TYPE),
  ).toEqual([
    { name: "a", value: "1\r\n2--b" },
    { name: "a", value: "" },
    { name: "é", value: "--" },
  ]);
});

test.each([
  'multipart/form-data; boundary="b"',
  "multipart/form-data; charset=utf-8; boundary=b; x=y",
  "Multipart/Form-Data;BOUNDARY=b",
])("the boundary is found in %s", (type) => {
  expect(parseMultipart(`${field("a", "1")}--b--`, type)).toEqual([{ name: "a", value: "1" }]);
});

test("text before and after the parts is ignored", () => {
  expect(
    parseMultipart(`preamble\r\n--b  \r\n${field("a", "1").slice(5)}--b--\r\nepilogue`, TYPE),
  ).toEqual([{ name: "a", value: "1" }]);
});

test("a part may say that it is text", () => {
  const headers =
    'content-type: text/plain; charset=UTF-8\r\ncontent-disposition: form-data; name="a"\r\n' +
    "content-transfer-encoding: 8bit";
  expect(parseMultipart(`${part(headers, "1")}--b--`, TYPE)).toEqual([{ name: "a", value: "1" }]);
});

test("a file is its bytes as base64url where files are taken", () => {
  const headers = 'content-disposition: form-data; name="a"; filename="x.png"';
  const form = `${part(headers, "\x89PN\xff")}--b--`;
  expect(
    multipart.parseMultipart(Buffer.from(form, "latin1"), parseParameterized(TYPE)!, {
      takesFiles: true,
    }),
  ).toEqual([{ name: "a", value: Buffer.from("\x89PN\xff", "latin1").toString("base64url") }]);
});

test.each([
  [
    "a file",
    part('content-disposition: form-data; name="a"; filename="x"', "1"),
    "files are not accepted",
  ],
  [
    "a file with an encoded name",
    part("content-disposition: form-data; name=\"a\"; filename*=utf-8''x", "1"),
    "files are not accepted",
  ],
  [
    "a part without a name",
    part("content-disposition: form-data", "1"),
    "a part of the form has no name",
  ],
  [
    "a part that is no form data",
    part('content-disposition: attachment; name="a"', "1"),
    "a part of the form has no name",
  ],
  ["a part without headers", "--b\r\n\r\n1\r\n", "a part of the form has no name"],
  [
    "a part without an end of headers",
    '--b\r\ncontent-disposition: form-data; name="a"\r\n',
    "a part of the form is not well-formed",
  ],
  [
    "another boundary that begins like ours",
    '--bb\r\ncontent-disposition: form-data; name="a"\r\n\r\n1\r\n',
    "a part of the form is not well-formed",
  ],
  [
    "a part with two names",
    part('content-disposition: form-data; name="a"; name="b"', "1"),
    "a part of the form is not well-formed",
  ],
  [
    "a part with an open quote",
    part('content-disposition: form-data; name="a', "1"),
    "a part of the form is not well-formed",
  ],
  [
    "a part with two dispositions",
    part("content-disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b", "1"),
    "a part of the form is not well-formed",
  ],
  [
    "a part in an unknown encoding",
    part('content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: x-uue', "1"),
    "a part of the form has an unknown content-transfer-encoding",
  ],
  [
    "a part that is not base64",
    part('content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: base64', "M"),
    "a part of the form is not base64",
  ],
  [
    "a part that is not quoted-printable",
    part(
      'content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: quoted-printable',
      "=4",
    ),
    "a part of the form is not quoted-printable",
  ],
  [
    "a part of a charset that no form can have",
    part(
      'content-disposition: form-data; name="a"\r\ncontent-type: text/plain; charset=utf-16',
      "1",
    ),
    "send the body in UTF-8",
  ],
])("%s is refused", (_, text, message) => {
  expect(() => parseMultipart(`${text}--b--`, TYPE)).toThrow(message);
});

test.each(["", "--b", field("a", "1"), `${field("a", "1")}--b`, `${field("a", "1")}--c--`])(
  "%j has no closing boundary",
  (text) => {
    expect(() => parseMultipart(text, TYPE)).toThrow("the form has no closing boundary");
  },
);

test.each([
  "multipart/form-data",
  "multipart/form-data; boundary=",
  `multipart/form-data; boundary=${"b".repeat(71)}`,
])("%s has no boundary", (type) => {
  expect(() => parseMultipart("--b--", type)).toThrow(
    "the content type of the form has no boundary",
  );
});

test("a name may hold the line and paragraph separators of Unicode", () => {
  expect(parseMultipart(`${field("a\u2028b\u2029", "1")}--b--`, TYPE)).toEqual([
    { name: "a\u2028b\u2029", value: "1" },
  ]);
});

test.each([
  ['form-data; x; name="a"', "a"],
  ['form-data; name="a"; x=";"', "a"],
  ['FORM-DATA ;  NAME="a";', "a"],
  ["form-data; name=a", "a"],
  ["form-data;name=AccID ; x=y", "AccID"],
  ["form-data; x=1;; name = a", "a"],
  ['form-data; name="a\\"b\\\\c\\d"', 'a"b\\cd'],
  ['form-data; name="a;b=c"', "a;b=c"],
  ['form-data; name="a%22b%0D%0Ac%41"', 'a"b\r\nc%41'],
  ['form-data;\r\n name="a"', "a"],
  ['form-data; name=""', ""],
  ['form-data; name="a"; filename=""', "a"],
  ["form-data; filename=; name=a", "a"],
  ["form-data; name=a; filename*=UTF-8''", "a"],
  [`form-data;${"; ".repeat(300)} name="a"${"; ".repeat(100)}`, "a"],
])("the name is read from %s", (disposition, name) => {
  expect(parseMultipart(`${part(`content-disposition: ${disposition}`, "1")}--b--`, TYPE)).toEqual([
    { name, value: "1" },
  ]);
});

test.each([
  ["text/plain; charset=ISO-8859-1", "8bit", "\xE9\x80", "é\x80"],
  ["text/plain; charset=windows-1252", "8bit", "\xE9\x80", "é€"],
  ['text/plain;charset="windows-1251"', "8bit", "\xCF\xF0\xE8", "При"],
  ["text/plain; charset=US-ASCII", "7bit", "abc", "abc"],
  ["application/octet-stream", "BINARY", "\xC3\xA9", "é"],
  ["text/plain; charset=utf-8", "base64", "w6k\r\n=", "é"],
  ["text/plain; charset=ISO-8859-1", "quoted-printable", "a=E9=\r\nb =3D \r\nc=", "aéb =\r\nc"],
])("a part of %s, %s, is decoded", (type, transfer, octets, value) => {
  const headers =
    `Content-Disposition: form-data; name="a"\r\nContent-Type: ${type}\r\n` +
    `Content-Transfer-Encoding: ${transfer}`;
  const body = Buffer.from(`${part(headers, octets)}--b--`, "latin1");
  expect(multipart.parseMultipart(body, parseParameterized(TYPE)!)).toEqual([{ name: "a", value }]);
});

test("the charset of the form is that of its field _charset_, then that of its type", () => {
  const parse = (type: string, ...fields: string[]) =>
    multipart.parseMultipart(
      Buffer.from(`${fields.join("")}--b--`, "latin1"),
      parseParameterized(`${TYPE}${type}`)!,
    );
  const named = field("_charset_", "windows-1251");
  expect(parse("", field("a", "\xCF"), named)).toEqual([{ name: "a", value: "П" }]);
  expect(parse("; charset=iso-8859-1", field("a", "\xCF"))).toEqual([{ name: "a", value: "Ï" }]);
  expect(parse("; charset=iso-8859-1", named, field("a", "\xCF"))).toEqual([
    { name: "a", value: "П" },
  ]);
  expect(
    parse(
      "",
      named,
      part('content-disposition: form-data; name="a"\r\ncontent-type: ;charset=l1', "\xCF"),
    ),
  ).toEqual([{ name: "a", value: "Ï" }]);
  expect(parse("", field("_charset_", ""), field("a", "\xC3\xA9"))).toEqual([
    { name: "a", value: "é" },
  ]);
  expect(() => parse("", field("a", "\xCF"))).toThrow("the body is not UTF-8");
  expect(() => parse("", field("_charset_", "x-unknown"))).toThrow("send the body in UTF-8");
  expect(() => parse("; charset=us-ascii", field("a", "\xCF"))).toThrow("the body is not US-ASCII");
});

test("what follows the closing delimiter is ignored, other delimiters too", () => {
  expect(parseMultipart(`${field("a", "1")}--b-- \r\n${field("c", "2")}`, TYPE)).toEqual([
    { name: "a", value: "1" },
  ]);
});

test("spaces in quantity cost no time", () => {
  const headers = 'content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: ';
  const start = performance.now();
  parseMultipart(`${part(`${headers}quoted-printable`, `${" ".repeat(60_000)}x`)}--b--`, TYPE);
  expect(performance.now() - start).toBeLessThan(500);
});

test("a form of the Fetch standard is read as it was written", async () => {
  const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll(/[\r\n\\]/g, ""));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ name: text, value: text })), async (fields) => {
      const form = new FormData();
      for (const { name, value } of fields) form.append(name, value);
      const sent = new Response(form);
      const type = parseParameterized(sent.headers.get("content-type")!)!;
      expect(multipart.parseMultipart(Buffer.from(await sent.arrayBuffer()), type)).toEqual(
        fields
          .filter(({ name }) => name !== "_charset_")
          .map((each) => ({ ...each, name: each.name.replaceAll(/%22/g, '"') }))
          .map(({ name, value }) => ({
            name: name.replaceAll(/%0A/gi, "\n").replaceAll(/%0D/gi, "\r"),
            value,
          })),
      );
    }),
  );
});

test("a form comes back as it was written", () => {
  const names = fc.string({ unit: "grapheme" }).filter((name) => !/["\\\r\n]/.test(name));
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: names, value: fc.string({ unit: "grapheme" }) })),
      (fields) => {
        fc.pre(fields.every(({ value }) => !`\r\n${value}`.includes("\r\n--b")));
        expect(
          parseMultipart(
            `${fields.map(({ name, value }) => field(name, value)).join("")}--b--`,
            TYPE,
          ),
        ).toEqual(fields);
      },
    ),
  );
});
