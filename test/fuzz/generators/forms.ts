// Forms and queries: what a message takes, with pairs that are wrong, strange, doubled, bracketed
// or too many.
import type { DescField } from "@bufbuild/protobuf";
import fc from "fast-check";
import { bytes } from "./request.ts";
import type { Principals } from "../target/enrol.ts";
import { goodText, nastyText, STRANGE_NAMES } from "./values.ts";

/** A name and its value, before any encoding. */
type Pair = readonly [name: string, value: string];

const NAMINGS: readonly ((name: string) => string)[] = [
  ...Array<(name: string) => string>(120).fill((name) => name),
  (name) => `${name}[]`,
  (name) => `${name}[a]`,
  (name) => `${name}.x`,
  (name) => name.toUpperCase(),
];

function valueOf(field: DescField, principals: Principals): fc.Arbitrary<string> {
  const texts =
    field.enum !== undefined
      ? field.enum.values.map(({ name }) => name)
      : field.scalar === 8
        ? ["true", "false"]
        : field.scalar === 9 || field.scalar === undefined
          ? []
          : ["1", "2", "-1"];
  const good = texts.length > 0 ? fc.constantFrom(...texts) : goodText(field.name, principals);
  return fc.oneof({ weight: 25, arbitrary: good }, { weight: 1, arbitrary: nastyText });
}

/** Fields as pairs, mostly each once. */
export function pairs(
  fields: readonly DescField[],
  principals: Principals,
): fc.Arbitrary<readonly Pair[]> {
  const each = fields.map((field) =>
    fc
      .tuple(
        fc.constantFrom(...NAMINGS),
        fc.array(valueOf(field, principals), { minLength: 1, maxLength: 2 }),
        fc.nat(60),
      )
      .map(([naming, values, chance]): Pair[] => {
        const name = naming(chance % 2 === 0 ? field.jsonName : field.name);
        if (chance === 0) return [];
        return (chance < 3 ? values : values.slice(0, 1)).map((value) => [name, value]);
      }),
  );
  const strange = fc.array(fc.tuple(fc.constantFrom(...STRANGE_NAMES), nastyText), {
    maxLength: 2,
  });
  const extra = fc.oneof(
    { weight: 4, arbitrary: fc.constant<Pair[]>([]) },
    { weight: 1, arbitrary: strange },
  );
  return fc.tuple(fc.tuple(...each), extra).map(([all, more]) => [...all.flat(), ...more]);
}

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll("%20", "+");

/** Everything may be escaped, and a reader that decodes twice finds other text. */
const ENCODINGS: readonly ((text: string) => string)[] = [
  ...Array<typeof encode>(20).fill(encode),
  (text) =>
    Array.from(bytes(text), (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`).join(
      "",
    ),
  (text) => encodeURIComponent(encode(text)),
  (text) => bytes(text).replace(/[^!-~]|[&=+%#;]/g, "_"),
];

/** What may stand between pairs, before or behind them, and what no reader may fall over. */
const PIECES: readonly string[] = [
  "&",
  "&&",
  "=",
  "==",
  "a",
  "a=",
  "=a",
  "a=b=c",
  ";",
  "a;b",
  "%",
  "%2",
  "%zz",
  "%ff",
  "%c0%af",
  "%00",
  "+",
  "a%26b=c",
  "%5f_proto__=x",
  "__proto__[x]=1",
  "constructor[prototype][x]=1",
];

const many = fc
  .constantFrom(999, 1000, 1001)
  .map((count) => Array<string>(count).fill("x=1").join("&"));

/** Fields as in a query or an urlencoded form. */
export function parameters(
  fields: readonly DescField[],
  principals: Principals,
): fc.Arbitrary<string> {
  const whole = fc
    .tuple(pairs(fields, principals), fc.constantFrom(...ENCODINGS))
    .map(([all, encoding]) =>
      all.map(([name, value]) => `${encoding(name)}=${encoding(value)}`).join("&"),
    );
  const broken = fc
    .tuple(whole, fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }), fc.nat(2))
    .map(([text, pieces, place]) => {
      const more = pieces.join("&");
      return place === 0
        ? `${more}&${text}`
        : place === 1
          ? `${text}&${more}`
          : text.replaceAll("&", () => (place === 2 ? ";" : "&")) + more;
    });
  return fc.oneof(
    { weight: 15, arbitrary: whole },
    { weight: 3, arbitrary: broken },
    { weight: 1, arbitrary: fc.tuple(whole, many).map((texts) => texts.join("&")) },
  );
}

const BOUNDARY = "fuzz";

/** How a part goes wrong. */
const PARTS: readonly ((pair: Pair) => string)[] = [
  ...Array<(pair: Pair) => string>(200).fill(
    ([name, value]) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`,
  ),
  ([name, value]) => `Content-Disposition: form-data; name=${name}\r\n\r\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"; filename="x.txt"\r\n\r\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"; filename*=UTF-8''x\r\ncontent-type: ` +
    `text/plain\r\n\r\n${value}`,
  ([name, value]) => `content-disposition: form-data; name="${name}"; name="other"\r\n\r\n${value}`,
  ([name, value]) => `content-disposition: attachment; name="${name}"\r\n\r\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"\r\ncontent-type: text/plain; ` +
    `charset=utf-16\r\n\r\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"\r\ncontent-transfer-encoding: ` +
    `base64\r\n\r\n${value}`,
  ([name, value]) => `content-disposition: form-data;\r\n name="${name}"\r\n\r\n${value}`,
  ([name, value]) => `content-disposition: form-data; name="${name}"\n\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"\r\nx: ${"y".repeat(2000)}\r\n\r\n${value}`,
  ([name, value]) =>
    `content-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--${BOUNDARY}x`,
  ([, value]) => `\r\n\r\n${value}`,
  ([, value]) => value,
];

/** How a whole form goes wrong. */
const FORMS: readonly ((form: string) => string)[] = [
  ...Array<(form: string) => string>(40).fill((form) => form),
  (form) => form.slice(0, -4),
  (form) => form.slice(0, form.length / 2),
  (form) => form.replaceAll("\r\n", "\n"),
  (form) => `a preamble\r\n${form}`,
  (form) => `${form}an epilogue`,
  (form) => form.replaceAll(`--${BOUNDARY}`, "--other"),
  (form) => form.replace(/--\r\n$/, `\r\n${form}`),
  (form) => `--${BOUNDARY}\r\n\r\n\r\n`.repeat(1001) + form,
  () => `--${BOUNDARY}--`,
  () => "",
];

/** Fields as multipart/form-data. */
export function multipart(
  fields: readonly DescField[],
  principals: Principals,
): fc.Arbitrary<string> {
  const part = (pair: Pair): fc.Arbitrary<string> =>
    fc.constantFrom(...PARTS).map((write) => `--${BOUNDARY}\r\n${write(pair)}\r\n`);
  const parts = pairs(fields, principals).chain((all) => fc.tuple(...all.map(part)));
  return fc
    .tuple(parts, fc.constantFrom(...FORMS))
    .map(([all, change]) => bytes(change(`${all.join("")}--${BOUNDARY}--\r\n`)));
}

/** The types that such a form may say it has. */
export const MULTIPART_TYPES: readonly string[] = [
  ...Array<string>(30).fill(`multipart/form-data; boundary=${BOUNDARY}`),
  `multipart/form-data; boundary="${BOUNDARY}"`,
  `Multipart/Form-Data; charset=utf-8; BOUNDARY=${BOUNDARY}`,
  "multipart/form-data",
  "multipart/form-data; boundary=",
  "multipart/form-data; boundary=other",
  `multipart/form-data; boundary=${"x".repeat(71)}`,
  "multipart/form-data; boundary=()?*",
  `multipart/mixed; boundary=${BOUNDARY}`,
];
