import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson } from "../../../src/http/body/json.ts";
import { everyType } from "../transcoding/every-type.ts";
import { serveContract } from "../serve.ts";

describe("a text", () => {
  test.each([
    ["", "no value"],
    ["{", "open"],
    ["\uFEFF{}", "a byte order mark"],
    ['{"a":NaN}', "NaN"],
    ['{"a":01}', "a leading zero"],
    ["{'a':1}", "single quotes"],
    ['{"a":1,}', "a comma too many"],
    ['{"a":1}x', "more after it"],
    ['{"a":"\u0000"}', "a raw NUL"],
  ])("%j is refused: %s", (text) => {
    expect(() => parseJson(text)).toThrow("the body is not valid JSON");
  });

  test.each([
    '{"a":1,"a":1}',
    '{"b":{"a":1,"\\u0061":2}}',
    '[{"a":1},{"a":1,"b":[],"a":2}]',
    '{"__proto__":1,"__proto__":2}',
  ])("%s has a name twice", (text) => {
    expect(() => parseJson(text)).toThrow(/is twice in one JSON object$/);
  });

  test.each(['"\\u0000"', '"\\ud800"', '{"\\udc00x":1}', '["\\\\\\ud800"]'])(
    "%s has invalid characters",
    (text) => {
      expect(() => parseJson(text)).toThrow(
        "a JSON string contains U+0000 or an unpaired surrogate",
      );
    },
  );

  test.each(["1e999", "[-1E+400]", '{"true":1e309}'])(
    "%s has a number that no double holds",
    (text) => {
      expect(() => parseJson(text)).toThrow("a JSON number is out of range");
    },
  );

  test("may be 64 levels deep", () => {
    expect(() => parseJson(`${"[".repeat(64)}${"]".repeat(64)}`)).not.toThrow();
    for (const depth of [65, 30_000]) {
      expect(() => parseJson(`${"[".repeat(depth)}${"]".repeat(depth)}`)).toThrow(
        "the JSON is nested deeper than 64 levels",
      );
      expect(() => parseJson(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`)).toThrow(
        "the JSON is nested deeper than 64 levels",
      );
    }
  });

  test("that is valid is read as JSON.parse reads it", () => {
    const careful = fc
      .jsonValue({ maxDepth: 20, stringUnit: "grapheme" })
      .filter((value) => !JSON.stringify(value).includes("\\u0000"));
    fc.assert(
      fc.property(careful, (value) => {
        const text = JSON.stringify(value, undefined, 1);
        // What a double rounds is kept as its text; the tests of messages show how.
        const expected: unknown = JSON.parse(text, (_, each: unknown) =>
          Number.isInteger(each) && !Number.isSafeInteger(each) ? expect.anything() : each,
        );
        expect(parseJson(text)).toEqual(expected);
      }),
    );
  });

  test.each([
    '"\\\\"',
    '{"a\\"b":"c\\\\\\"d"}',
    '{"e":"1e999","E":[1e5,2E-5]}',
    '"\\ud83d\\ude00"',
  ])("%s is read", (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });
});

const JSON_TYPE = { "content-type": "application/json" };

describe("a message", () => {
  test.each([
    [
      '{"int64Value":"9007199254740993","uint64Value":9007199254740991}',
      { int64Value: "9007199254740993", uint64Value: "9007199254740991" },
    ],
    [
      '{"int64Value":9007199254740993,"uint64Value":18446744073709551615}',
      { int64Value: "9007199254740993", uint64Value: "18446744073709551615" },
    ],
    ['{"int64Value":-9223372036854775808}', { int64Value: "-9223372036854775808" }],
    [
      '{"nested":{"int64Value":9223372036854775807}}',
      { nested: { int64Value: "9223372036854775807" } },
    ],
    ['{"wrapperInt64Value":9007199254740993}', { wrapperInt64Value: "9007199254740993" }],
    ['{"doubleValue":9007199254740993}', { doubleValue: 9007199254740992 }],
    [
      '{"nope":9007199254740993,"stringValue":"1234567890123456"}',
      { stringValue: "1234567890123456" },
    ],
    [
      '{"structValue":{"__proto__":9007199254740993,"b":[{"c":-9007199254740993}]}}',
      {
        structValue: JSON.parse(
          '{"__proto__":9007199254740992,"b":[{"c":-9007199254740992}]}',
        ) as object,
      },
    ],
    [
      '{"int32Value":"1","doubleValue":100000000000000000000,"floatValue":"NaN"}',
      { int32Value: 1, doubleValue: 1e20, floatValue: "NaN" },
    ],
    [
      '{"string_value":"a","enumValue":2,"bytesValue":"-_8"}',
      { stringValue: "a", enumValue: "Z", bytesValue: "+/8=" },
    ],
    [
      '{"nested":{"nope":[{}],"repeatedEnum":["Y",0]},"nope":{"a":null}}',
      { nested: { repeatedEnum: ["Y", "X"] } },
    ],
    ['{"stringValue":null,"nested":null,"repeatedValue":null}', {}],
    [
      '{"mapValue":{"__proto__":"a","constructor":"b"}}',
      { mapValue: JSON.parse('{"__proto__":"a","constructor":"b"}') as object },
    ],
    [
      '{"structValue":{"__proto__":{"x":1}}}',
      { structValue: JSON.parse('{"__proto__":{"x":1}}') as object },
    ],
    ['{"__proto__":{"stringValue":"a"},"constructor":1}', {}],
    [
      '{"wrapperInt64Value":"5","wrapperBoolValue":false,"timestampValue":"2020-01-01T00:00:00Z"}',
      { wrapperInt64Value: "5", wrapperBoolValue: false, timestampValue: "2020-01-01T00:00:00Z" },
    ],
  ])("is made of %s", async (body, message) => {
    const served = await serveContract(everyType);
    expect((await served.request("POST", "/json", { headers: JSON_TYPE, body })).status).toBe(200);
    expect(served.lastMessage()).toEqual(message);
    expect(Object.hasOwn(Object.prototype, "x")).toBe(false);
  });

  test.each([
    ...["0", "1", "true", "[]", "[0]", '["a","b"]', "{}", '{"x":1}'].map((value) => [
      `{"stringValue":${value}}`,
      "string_value",
      "must be a string",
    ]),
    ['{"boolValue":"true"}', "bool_value", "must be a boolean"],
    ['{"boolValue":0}', "bool_value", "must be a boolean"],
    ['{"int32Value":true}', "int32_value", "must be a number"],
    ['{"int32Value":1.5}', "int32_value", "must be an integer from -2147483648 to 2147483647"],
    ['{"int32Value":"0x10"}', "int32_value", "must be an integer from -2147483648 to 2147483647"],
    [
      '{"int64Value":9223372036854775808}',
      "int64_value",
      "must be an integer from -9223372036854775808 to 9223372036854775807",
    ],
    [
      '{"uint64Value":-9223372036854775808}',
      "uint64_value",
      "must be an integer from 0 to 18446744073709551615",
    ],
    [
      '{"int32Value":9007199254740993}',
      "int32_value",
      "must be an integer from -2147483648 to 2147483647",
    ],
    [
      '{"int64Value":9007199254740993.5}',
      "int64_value",
      "must be an integer from -9223372036854775808 to 9223372036854775807",
    ],
    ['{"stringValue":9007199254740993}', "string_value", "must be a string"],
    ['{"boolValue":9007199254740993}', "bool_value", "must be a boolean"],
    ['{"enumValue":9007199254740993}', "enum_value", "must be the name of a value of Letter"],
    ['{"nested":9007199254740993}', "nested", "must be an object"],
    ['{"repeatedValue":9007199254740993}', "repeated_value", "must be an array"],
    ['{"mapValue":{"a":9007199254740993}}', 'map_value["a"]', "must be a string"],
    ['{"timestampValue":9007199254740993}', "timestamp_value", "must be of type Timestamp"],
    [
      '{"int64Value":"9223372036854775808"}',
      "int64_value",
      "must be an integer from -9223372036854775808 to 9223372036854775807",
    ],
    [
      '{"int64Value":""}',
      "int64_value",
      "must be an integer from -9223372036854775808 to 9223372036854775807",
    ],
    ['{"floatValue":1e39}', "float_value", "must be a number"],
    ['{"bytesValue":5}', "bytes_value", "must be a base64 string"],
    ['{"enumValue":"W"}', "enum_value", "must be a value of Letter"],
    ['{"enumValue":"1"}', "enum_value", "must be the name of a value of Letter"],
    ['{"enumValue":1.5}', "enum_value", "must be a value of Letter"],
    ['{"nested":[]}', "nested", "must be an object"],
    ['{"nested":{"nested":{"boolValue":1}}}', "nested.nested.bool_value", "must be a boolean"],
    ['{"repeatedValue":"a"}', "repeated_value", "must be an array"],
    ['{"repeatedValue":["a",null]}', "repeated_value[1]", "must be a string"],
    [
      '{"repeatedMessage":[{},{"int32Value":{}}]}',
      "repeated_message[1].int32_value",
      "must be a number",
    ],
    ['{"mapValue":[]}', "map_value", "must be an object"],
    ['{"mapValue":{"a":1}}', 'map_value["a"]', "must be a string"],
    ['{"timestampValue":5}', "timestamp_value", "must be of type Timestamp"],
    ['{"durationValue":"1s and more"}', "duration_value", "must be of type Duration"],
    ['{"wrapperBoolValue":"x"}', "wrapper_bool_value", "must be of type BoolValue"],
    ['{"structValue":[]}', "struct_value", "must be of type Struct"],
  ])("cannot be made of %s", async (body, field, description) => {
    const served = await serveContract(everyType);
    const received = await served.request("POST", "/json", { headers: JSON_TYPE, body: body! });
    expect(received.status).toBe(400);
    expect(JSON.parse(received.body)).toMatchObject({
      details: [{ reason: "FIELD_INVALID" }, { fieldViolations: [{ field, description }] }],
    });
  });

  test.each([
    '{"stringValue":"a","string_value":"a"}',
    '{"oneofBoolValue":true,"oneofStringValue":""}',
    "[]",
    "null",
    '"a"',
    "5",
  ])("cannot be made of %s at all", async (body) => {
    const served = await serveContract(everyType);
    const received = await served.request("POST", "/json", { headers: JSON_TYPE, body });
    expect(received.status).toBe(400);
    expect(JSON.parse(received.body)).toMatchObject({ details: [{ reason: "MALFORMED_REQUEST" }] });
  });
});
