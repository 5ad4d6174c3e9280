import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMultipart } from "../../../src/http/body/multipart.ts";

const TYPE = "multipart/form-data; boundary=b";
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
    "a file of no name",
    part('content-disposition: form-data; filename=""; name="a"', "1"),
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
    "an encoded part",
    part('content-disposition: form-data; name="a"\r\ncontent-transfer-encoding: base64', "MQ=="),
    "a part of the form is encoded; send it as UTF-8",
  ],
  [
    "a part of another charset",
    part(
      'content-disposition: form-data; name="a"\r\ncontent-type: text/plain; charset=utf-16',
      "1",
    ),
    "a part of the form is encoded; send it as UTF-8",
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
  ['form-data; name="a"; name="b"', "b"],
  ['form-data; name="a"; x=";"', "a"],
  ['FORM-DATA ;  NAME="a";', "a"],
  [`form-data;${"; ".repeat(300)} name="a"${"; ".repeat(100)}`, "a"],
])("the name is the last one of %s", (disposition, name) => {
  expect(parseMultipart(`${part(`content-disposition: ${disposition}`, "1")}--b--`, TYPE)).toEqual([
    { name, value: "1" },
  ]);
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
