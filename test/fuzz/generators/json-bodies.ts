// Bodies in JSON: what a message takes, with members that are wrong, strange, doubled or missing,
// and texts that are no JSON any more.
import type { DescField } from "@bufbuild/protobuf";
import fc from "fast-check";
import { CANARY } from "../target/canary.ts";
import { bytes } from "./request.ts";
import type { Principals } from "../target/enrol.ts";
import { goodText, nastyText, STRANGE_NAMES } from "./values.ts";

const deep = (depth: number, open: string, close: string): string =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;

/** Values of every wrong type, range, depth and spelling. */
const WRONG: readonly string[] = [
  `["${CANARY}"]`,
  `{"x":"${CANARY}"}`,
  `{"${CANARY}":1}`,
  "0",
  "1",
  "-1",
  "1.5",
  "true",
  "false",
  "null",
  "[]",
  "[0]",
  '["a","b"]',
  "{}",
  '{"x":1}',
  '{"$ne":null}',
  '{"__proto__":{"x":1}}',
  '{"constructor":{"prototype":{"x":1}}}',
  "NaN",
  "Infinity",
  "-0",
  "1e999",
  "1E-999",
  "01",
  "+1",
  ".5",
  "0x10",
  "1_000",
  "9007199254740993",
  "9223372036854775807",
  "9223372036854775808",
  "18446744073709551616",
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"\\x41"',
  "'a'",
  "undefined",
  '"\\u2028"',
  '"a\\/b"',
  '"	"',
  `"${"\\u0041".repeat(50)}"`,
  deep(63, "[", "]"),
  deep(65, "[", "]"),
  deep(3e3, "[", "]"),
  deep(3e4, "[", "]"),
  deep(64, '{"a":', "}"),
  deep(3e3, '{"a":', "}"),
];

/** Values of members that no field has. */
const STRANGE_VALUES: readonly string[] = [
  "1",
  "true",
  "null",
  '"admin"',
  '["admin"]',
  '{"x":1}',
  '{"prototype":{"x":1}}',
  '{"__proto__":{"x":1}}',
  '{"toString":null}',
];

/** The value of a field as JSON. */
function value(field: DescField, principals: Principals): fc.Arbitrary<string> {
  const wrong = fc.oneof(
    fc.constantFrom(...WRONG),
    nastyText.map((text) => JSON.stringify(text)),
  );
  return fc.oneof(
    { weight: 25, arbitrary: good(field, principals) },
    { weight: 1, arbitrary: wrong },
  );
}

function good(field: DescField, principals: Principals): fc.Arbitrary<string> {
  if (field.fieldKind === "list")
    return fc
      .array(singular(field, principals), { maxLength: 3 })
      .map((items) => `[${items.join(",")}]`);
  return singular(field, principals);
}

function singular(field: DescField, principals: Principals): fc.Arbitrary<string> {
  if (field.message?.typeName.startsWith("google.protobuf."))
    return fc.constantFrom('"3600s"', '"2030-01-01T00:00:00Z"', '"name,scopes"');
  if (field.message !== undefined) return object(field.message.fields, principals);
  if (field.enum !== undefined)
    return fc.constantFrom(...field.enum.values.map(({ name }) => JSON.stringify(name)));
  if (field.scalar === 8) return fc.constantFrom("true", "false");
  if (field.scalar !== 9) return fc.constantFrom("1", "2", '"3"', "-1");
  return goodText(field.name, principals).map((text) => JSON.stringify(text));
}

const NAMINGS: readonly ((field: DescField) => string)[] = [
  ...Array<(field: DescField) => string>(60).fill((field) => field.jsonName),
  (field) => field.name,
  (field) => field.jsonName.toLowerCase(),
  (field) => `${field.jsonName}[]`,
];

/** A name as a JSON string, sometimes with its first letter escaped. */
const nameText = (name: string, escaped: boolean): string =>
  escaped && name !== ""
    ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, "0")}` +
      JSON.stringify(name.slice(1)).slice(1)
    : JSON.stringify(name);

function object(fields: readonly DescField[], principals: Principals): fc.Arbitrary<string> {
  const rarely = fc.nat(60).map((n) => n === 0);
  const members = fields.map((field) =>
    fc
      .tuple(fc.constantFrom(...NAMINGS), rarely, value(field, principals), rarely, rarely)
      .map(([naming, escaped, text, doubled, missing]) =>
        missing
          ? []
          : Array<string>(doubled ? 2 : 1).fill(`${nameText(naming(field), escaped)}:${text}`),
      ),
  );
  const strange = fc.array(
    fc
      .tuple(fc.constantFrom(...STRANGE_NAMES), fc.constantFrom(...STRANGE_VALUES))
      .map(([name, text]) => `${JSON.stringify(name)}:${text}`),
    { maxLength: 2 },
  );
  const extra = fc.oneof(
    { weight: 2, arbitrary: fc.constant<string[]>([]) },
    { weight: 1, arbitrary: strange },
  );
  return fc
    .tuple(fc.tuple(...members), extra)
    .map(([all, more]) => `{${[...all.flat(), ...more].join(",")}}`);
}

/** Cuts, doubles and breaks that make another text of a text. */
const BREAKS: readonly ((text: string, at: number) => string)[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at) => `${text.slice(0, at)},${text.slice(at)}`,
  (text, at) => `${text.slice(0, at)}\u0001${text.slice(at)}`,
  (text) => `\ufeff${text}`,
  (text) => text + text,
  (text) => `[${text}]`,
  (text) => `${text}//`,
  (text) => ` \t\r\n${text} `,
  (text) => JSON.stringify(text),
  (text) => text.replaceAll('"', "'"),
  (text) => `)]}',\n${text}`,
  () => "",
  () => "null",
];

/** Invalid UTF-8 at a place; the text is bytes already. */
const breakBytes = (text: string, at: number): string =>
  `${text.slice(0, at)}\xc0\xaf${text.slice(at)}`;

/** A message with these fields, as bytes. */
export function jsonBody(
  fields: readonly DescField[],
  principals: Principals,
): fc.Arbitrary<string> {
  const whole = object(fields, principals);
  const broken = fc
    .tuple(whole, fc.constantFrom(...BREAKS), fc.nat())
    .map(([text, change, n]) => change(text, n % (text.length + 1)));
  const noUtf8 = fc
    .tuple(whole, fc.nat())
    .map(([text, n]) => breakBytes(bytes(text), n % (text.length + 1)));
  return fc.oneof(
    { weight: 16, arbitrary: whole.map(bytes) },
    { weight: 3, arbitrary: broken.map(bytes) },
    { weight: 1, arbitrary: noUtf8 },
  );
}
