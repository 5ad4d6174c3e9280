// Bodies that are as long as a body may be and mean as much work as a message can: for each field
// of a message every text, and what JSON, protobuf and forms allow besides.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ScalarType } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { TEXTS } from "./texts.ts";

/** The limit of a body, less what stands around a field. */
const MOST = 64 * 1024 - 512;

/** A body with what is special about it. */
export interface Flood {
  readonly kind: string;
  readonly type: string;
  /** Makes it: most are never sent. */
  readonly body: () => string | Uint8Array;
}

/** A field with the messages that it stands in. */
interface Place {
  readonly parents: readonly DescField[];
  readonly field: DescField;
}

/** Every field of a message, those of messages within it too. */
function placesOf(message: DescMessage, parents: readonly DescField[] = []): Place[] {
  return message.fields.flatMap((field) => {
    const inner =
      field.fieldKind === "message" &&
      !field.message.typeName.startsWith("google.protobuf.") &&
      parents.length < 3
        ? placesOf(field.message, [...parents, field])
        : [];
    return [{ parents, field }, ...inner];
  });
}

const pathOf = ({ parents, field }: Place): string =>
  [...parents, field].map(({ name }) => name).join(".");

/** Any text is cut down until its form, with escapes and all, fits. */
export function fit(
  make: (bytes: number) => string,
  write: (text: string) => string | Uint8Array,
  most = MOST,
): string | Uint8Array {
  for (let bytes = most; ; bytes = Math.floor(bytes * 0.7)) {
    const written = write(make(bytes));
    if (Buffer.byteLength(written) <= most + 256) return written;
  }
}

const repeated = (item: string, most = MOST): string =>
  `[${Array.from({ length: Math.floor(most / (item.length + 1)) }, () => item).join(",")}]`;

/** Values of every type, as JSON; each as long as may be. */
const VALUES: Readonly<Record<string, () => string>> = {
  "list of numbers": () => repeated("1"),
  "list of empty texts": () => repeated('""'),
  "list of texts": () => repeated('"a"'),
  "list of nulls": () => repeated("null"),
  "list of objects": () => repeated("{}"),
  "list of objects with a member": () => repeated('{"a":1}'),
  "list of lists": () => repeated("[]"),
  "deep list": () => "[".repeat(30_000) + "]".repeat(30_000),
  "list of depth 60": () => repeated("[".repeat(60) + "]".repeat(60)),
  "deep object": () => '{"a":'.repeat(9_000) + "1" + "}".repeat(9_000),
  "object of many members": () =>
    `{${Array.from({ length: 6_000 }, (_, index) => `"${index}":1`).join(",")}}`,
  "number of many digits": () => "9".repeat(MOST),
  "fraction of many digits": () => `0.${"1".repeat(MOST)}`,
  "number with an exponent": () => `${"9".repeat(MOST)}e-60000`,
};

/** What a text between the quotes of JSON is. */
const quoted = (text: string): string => JSON.stringify(text);

/** Bodies of JSON for a message, or for the field that they fill. */
export function* jsonBodies(message: DescMessage): Generator<Flood> {
  const json = (kind: string, body: Flood["body"]): Flood => ({
    kind,
    type: "application/json",
    body,
  });
  const at = (place: Place, value: string): string => {
    const { parents, field } = place;
    const before = parents.map(({ jsonName }) => `{${quoted(jsonName)}:`).join("");
    const after = "}".repeat(parents.length);
    return `${before}{${quoted(field.jsonName)}:${value}}${after}`;
  };
  for (const place of placesOf(message)) {
    for (const [kind, make] of Object.entries(TEXTS))
      yield json(`${pathOf(place)}: ${kind}`, () => fit(make, (text) => at(place, quoted(text))));
    for (const [kind, make] of Object.entries(VALUES))
      yield json(`${pathOf(place)}: ${kind}`, () => at(place, make()));
    yield json(`${pathOf(place)}: list of long texts`, () =>
      fit(TEXTS["letters"]!, (text) => {
        const item = quoted(text.slice(0, text.length / 25));
        return at(place, `[${Array.from({ length: 20 }, () => item).join(",")}]`);
      }),
    );
  }
  for (const [kind, make] of Object.entries(VALUES)) {
    yield json(`all: ${kind}`, make);
    yield json(`unknown: ${kind}`, () => `{"unknown":${make()}}`);
  }
  yield json(
    "one name again and again",
    () => `{${Array.from({ length: 9_000 }, () => '"a":1').join(",")}}`,
  );
  yield json(
    "a long name twice",
    () => `{${Array.from({ length: 2 }, () => `"${"\\u0001".repeat(5_000)}":1`).join(",")}}`,
  );
  for (const [kind, make] of Object.entries(TEXTS))
    yield json(`name: ${kind}`, () => fit(make, (text) => `{${quoted(text)}:1}`));
  yield json("escaped quotes", () => `{"unknown":"${'\\"'.repeat(31_000)}"}`);
  yield json("escaped backslashes", () => `{"unknown":"${"\\\\".repeat(31_000)}"}`);
  yield json("no JSON", () => "[".repeat(MOST));
  yield json("breaks off", () => `{"unknown":"${"a".repeat(MOST)}`);
}

/** Bodies of protobuf for a message. */
export function* protoBodies(message: DescMessage): Generator<Omit<Flood, "type">> {
  const at = ({ parents }: Place, inner: Uint8Array): Uint8Array =>
    parents
      .toReversed()
      .reduce(
        (bytes, { number }) =>
          new BinaryWriter().tag(number, WireType.LengthDelimited).bytes(bytes).finish(),
        inner,
      );
  const again = (write: (writer: BinaryWriter) => BinaryWriter): Uint8Array => {
    const one = write(new BinaryWriter()).finish();
    return Buffer.concat(Array.from({ length: Math.floor(MOST / one.length) }, () => one));
  };
  for (const place of placesOf(message)) {
    const { field } = place;
    const text = (bytes: string): Uint8Array =>
      at(
        place,
        new BinaryWriter().tag(field.number, WireType.LengthDelimited).string(bytes).finish(),
      );
    const isText =
      field.scalar === ScalarType.STRING ||
      field.scalar === ScalarType.BYTES ||
      (field.fieldKind === "message" && field.message.typeName === "google.protobuf.FieldMask");
    if (isText && field.fieldKind !== "message")
      for (const [kind, make] of Object.entries(TEXTS))
        yield { kind: `${pathOf(place)}: ${kind}`, body: () => fit(make, text) };
    yield {
      kind: `${pathOf(place)}: again and again, empty`,
      body: () =>
        at(
          place,
          again((writer) => writer.tag(field.number, WireType.LengthDelimited).string("")),
        ),
    };
    yield {
      kind: `${pathOf(place)}: again and again, a letter`,
      body: () =>
        at(
          place,
          again((writer) => writer.tag(field.number, WireType.LengthDelimited).string("a")),
        ),
    };
    yield {
      kind: `${pathOf(place)}: again and again, a number`,
      body: () =>
        at(
          place,
          again((writer) => writer.tag(field.number, WireType.Varint).uint32(1)),
        ),
    };
    if (field.fieldKind === "message") {
      const path = new BinaryWriter().tag(1, WireType.LengthDelimited).string("username").finish();
      const paths = Buffer.concat(
        Array.from({ length: Math.floor(MOST / path.length) }, () => path),
      );
      yield {
        kind: `${pathOf(place)}: many paths`,
        body: () =>
          at(
            place,
            new BinaryWriter().tag(field.number, WireType.LengthDelimited).bytes(paths).finish(),
          ),
      };
    }
  }
  yield {
    kind: "unknown fields",
    body: () => again((writer) => writer.tag(999, WireType.Varint).uint32(1)),
  };
  yield {
    kind: "deep groups",
    body: () => Buffer.alloc(MOST, new BinaryWriter().tag(999, WireType.StartGroup).finish()),
  };
  yield { kind: "no protobuf", body: () => Buffer.alloc(MOST, 0xff) };
}

const FORM = "application/x-www-form-urlencoded";

/** Forms with these names; `more` stands before the rest. */
export function* formBodies(names: readonly string[], more = ""): Generator<Flood> {
  const form = (kind: string, body: Flood["body"]): Flood => ({
    kind,
    type: FORM,
    body: () => more + body(),
  });
  for (const name of names) {
    for (const [kind, make] of Object.entries(TEXTS)) {
      yield form(`${name}: ${kind}`, () =>
        fit(
          make,
          (text) => `${name}=${text.replaceAll(/[%&+=;#\s\\"]/g, encodeURIComponent)}`,
          MOST - more.length,
        ),
      );
    }
    yield form(`${name}: escapes`, () =>
      fit(
        TEXTS["letters"]!,
        (text) =>
          `${name}=${text.replaceAll("a", "%F0%9F%99%82").slice(0, 65_000 - (65_000 % 12))}`,
        MOST - more.length,
      ),
    );
    yield form(`${name}: raw marks`, () =>
      fit(TEXTS["marks"]!, (text) => `${name}=${text}`, MOST - more.length),
    );
    yield form(`${name}: 900 times`, () =>
      Array.from({ length: 900 }, () => `${name}=a`).join("&"),
    );
  }
  for (const count of [900, 30_000])
    yield form(`${count} unknown fields`, () =>
      Array.from({ length: count }, (_, index) => index.toString(36))
        .join("&")
        .slice(0, MOST - more.length),
    );
  yield form("ampersands", () => "&".repeat(MOST - more.length));
  yield form("equals", () => "=&".repeat(30_000));
  yield form("dotted names", () => `${"a.".repeat(30_000)}=1`);
  yield form("dotted names again and again", () =>
    Array.from({ length: 900 }, () => `${"a.".repeat(31)}=1`).join("&"),
  );
}

/** Multipart forms that mean work. */
export function* multipartBodies(names: readonly string[]): Generator<Flood> {
  const type = "multipart/form-data; boundary=b";
  const part = (head: string, value = ""): string => `--b\r\n${head}\r\n\r\n${value}\r\n`;
  const form = (kind: string, parts: () => readonly string[]): Flood => ({
    kind: `multipart, ${kind}`,
    type,
    body: () => `${parts().join("").slice(0, MOST)}--b--`,
  });
  const [name = "a"] = names;
  yield form("many parts", () =>
    Array.from({ length: 900 }, () => part('Content-Disposition: form-data; name="a"')),
  );
  yield form("too many parts", () =>
    Array.from({ length: 1_400 }, () => part('Content-Disposition: form-data; name="a"')),
  );
  for (const [kind, filler] of Object.entries({
    semicolons: ";",
    "semicolons and spaces": "; ",
    spaces: " ",
    "almost names": "; name=",
    "almost files": "; filename ",
  })) {
    yield form(kind, () =>
      Array.from({ length: 64 }, () =>
        part(`Content-Disposition: form-data;${filler.repeat(960).slice(0, 960)}`),
      ),
    );
  }
  yield form("charsets", () =>
    Array.from({ length: 64 }, () =>
      part(
        `Content-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain; ` +
          `${"charset  ".repeat(100)}`,
      ),
    ),
  );
  yield form("many headers", () =>
    Array.from({ length: 64 }, () =>
      part(Array.from({ length: 100 }, (_, index) => `a${index}: b`).join("\r\n")),
    ),
  );
  yield { kind: "multipart, no parts", type, body: () => "\r\n--b".repeat(12_000) };
  yield {
    kind: "multipart, almost boundaries",
    type: `multipart/form-data; boundary=${"b".repeat(70)}`,
    body: () => `\r\n--${"b".repeat(69)}`.repeat(880),
  };
}
