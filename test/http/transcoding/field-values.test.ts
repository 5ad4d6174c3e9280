// The last value that a field takes, and the first that it refuses.
import { ScalarType, type DescField } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import {
  parseEnum,
  parseScalar,
  parseValue,
  ValueError,
} from "../../../src/http/transcoding/field-values.ts";
import { buildContract } from "../contract.ts";
import { everyType } from "./every-type.ts";

const message = buildContract(everyType).message("EveryType");
const fieldOf = (name: string): DescField => message.fields.find((field) => field.name === name)!;

/** Returns the message of the error. */
function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(ValueError);
    return (error as ValueError).message;
  }
  return "no error";
}

const [I32, U32, I64, U64] = [2n ** 31n, 2n ** 32n, 2n ** 63n, 2n ** 64n];

describe("integers", () => {
  test.each([
    ["INT32", -I32, I32 - 1n],
    ["SINT32", -I32, I32 - 1n],
    ["SFIXED32", -I32, I32 - 1n],
    ["UINT32", 0n, U32 - 1n],
    ["FIXED32", 0n, U32 - 1n],
    ["INT64", -I64, I64 - 1n],
    ["SINT64", -I64, I64 - 1n],
    ["SFIXED64", -I64, I64 - 1n],
    ["UINT64", 0n, U64 - 1n],
    ["FIXED64", 0n, U64 - 1n],
  ] as const)("%s has a least and a greatest value", (name, min, max) => {
    const type = ScalarType[name];
    expect([min, max].map((value) => BigInt(parseScalar(type, String(value)) as bigint))).toEqual([
      min,
      max,
    ]);
    for (const text of [String(min - 1n), String(max + 1n), "", "-", "1.0", " 1", "1 ", "0x1"])
      expect(refusal(() => parseScalar(type, text))).toBe(
        `must be an integer from ${min} to ${max}`,
      );
  });

  test("a number has at most 20 digits", () => {
    expect(parseScalar(ScalarType.INT32, `${"0".repeat(19)}7`)).toBe(7);
    expect(refusal(() => parseScalar(ScalarType.INT32, `${"0".repeat(20)}7`))).toContain("integer");
  });
});

describe("floating-point numbers", () => {
  test.each([
    ["1", 1],
    ["-1.", -1],
    [".5", 0.5],
    ["1e3", 1000],
    ["1E-3", 0.001],
    ["1e+3", 1000],
    ["NaN", NaN],
    ["Infinity", Infinity],
    ["-Infinity", -Infinity],
    [`1${"0".repeat(300)}`, 1e300],
    [`0.${"1".repeat(510)}`, Number(`0.${"1".repeat(510)}`)],
  ])("%s is one", (text, value) => {
    expect(parseScalar(ScalarType.DOUBLE, text)).toBe(value);
  });

  test.each(["", ".", "-", "e3", "1e", "1 ", " 1", "x1", "1x", "inf", "1e309", "1".repeat(513)])(
    "%s is none",
    (text) => {
      expect(refusal(() => parseScalar(ScalarType.DOUBLE, text))).toBe("must be a number");
    },
  );

  test("a float has a smaller range", () => {
    expect(parseScalar(ScalarType.FLOAT, "3.4028234e38")).toBe(3.4028234e38);
    expect(refusal(() => parseScalar(ScalarType.FLOAT, "3.5e38"))).toBe("must be a number");
    expect(parseScalar(ScalarType.DOUBLE, "3.5e38")).toBe(3.5e38);
  });

  test("a number has at most 512 characters", () => {
    const digits = `${"0".repeat(511)}7`;
    expect(parseScalar(ScalarType.DOUBLE, digits)).toBe(7);
    expect(refusal(() => parseScalar(ScalarType.DOUBLE, `0${digits}`))).toBe("must be a number");
  });
});

test("a boolean is true or false", () => {
  expect(["true", "false"].map((text) => parseScalar(ScalarType.BOOL, text))).toEqual([
    true,
    false,
  ]);
  for (const text of ["", "1", "True", "true "])
    expect(refusal(() => parseScalar(ScalarType.BOOL, text))).toBe("must be true or false");
});

test("a text has no U+0000 and no unpaired surrogate", () => {
  expect(parseScalar(ScalarType.STRING, "é🙂")).toBe("é🙂");
  for (const text of ["a\0", "\ud83d", "\ude42a"])
    expect(refusal(() => parseScalar(ScalarType.STRING, text))).toBe(
      "contains U+0000 or an unpaired surrogate",
    );
});

test("bytes are base64 of either alphabet, with or without padding", () => {
  for (const text of ["", "-_8=", "+/8", "+/8=", "Zg", "Zg==", "Zm9v", "Zm9vZg=="])
    expect(parseScalar(ScalarType.BYTES, text)).toEqual(
      new Uint8Array(Buffer.from(text, "base64")),
    );
  for (const text of ["Z", "Zm9vZ", "Zg=", "Zg===", "Z===", "Zm9v=", "Zm 9v", "!Zm9v", "Zm9v!"])
    expect(refusal(() => parseScalar(ScalarType.BYTES, text))).toBe("must be base64");
});

describe("enums", () => {
  const letter = fieldOf("enum_value").enum!;

  test("a value has a name and a number; an open enum takes others of 32 bits", () => {
    expect(["Y", "1", "17", "-1", "2147483647"].map((text) => parseEnum(letter, text))).toEqual([
      1, 1, 17, -1, 2_147_483_647,
    ]);
    for (const text of ["", "y", "W", "1.0", "2147483648", "-2147483649"])
      expect(refusal(() => parseEnum(letter, text))).toBe("must be a value of Letter");
  });
});

describe("well-known types", () => {
  const parsed = (name: string, text: string): string =>
    refusal(() => parseValue(fieldOf(name), text));
  const letters = (count: number): string => "a".repeat(count);

  test("a duration has at most 12 and 9 digits, and its unit", () => {
    for (const text of ["0s", "-1s", "315576000000s", "1.123456789s"])
      expect(parsed("duration_value", text), text).toBe("no error");
    for (const text of ["1", "s", "1.s", ".5s", "1s ", " 1s", "1.1234567890s", "1000000000000s"])
      expect(parsed("duration_value", text), text).toBe("must be of type Duration");
  });

  test("a time has a zone", () => {
    expect(parsed("timestamp_value", "2026-01-01T00:00:00Z")).toBe("no error");
    expect(parsed("timestamp_value", "2026-01-01T00:00:00.123456789+01:00")).toBe("no error");
    for (const text of ["", "2026-01-01", "2026-01-01T00:00:00", letters(65)])
      expect(parsed("timestamp_value", text), text).toBe("must be of type Timestamp");
  });

  test("a mask has at most 4096 characters", () => {
    expect(parsed("fieldmask_value", letters(4096))).toBe("no error");
    expect(parsed("fieldmask_value", letters(4097))).toBe("must be of type FieldMask");
  });

  test("a wrapper takes what its field takes, of any length", () => {
    expect(parsed("wrapper_string_value", letters(5000))).toBe("no error");
    expect(parsed("wrapper_int64_value", "x")).toContain("must be an integer from -9223372036854");
  });

  test("other messages and maps are no texts", () => {
    expect(parsed("struct_value", "{}")).toBe("must be of type Struct");
    expect(parsed("nested", "{}")).toBe("must be of type EveryType");
    expect(parsed("map_value", "{}")).toBe("cannot be given as text");
  });
});
