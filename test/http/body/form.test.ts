import { describe, expect, test } from "vitest";
import { everyType } from "../transcoding/every-type.ts";
import { serveContract } from "../serve.ts";
import { queryRows } from "../transcoding/vectors.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

/** A form with the parameters of a query, as multipart. */
function multipart(query: string): { headers: Record<string, string>; body: string } {
  const parts = [...new URLSearchParams(query)].map(
    ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: `${parts.join("")}--b--\r\n`,
  };
}

describe("the vectors", () => {
  test.each(queryRows)("$id: $query", async ({ query, expect: message, error }) => {
    const served = await serveContract(everyType);
    const status = error === undefined ? 200 : 400;
    const received = [
      await served.request("GET", `/query?${query}`),
      await served.request("POST", "/form", { headers: FORM, body: query }),
      await served.request("POST", "/form", multipart(query)),
    ];
    expect(received.map((each) => each.status)).toEqual([status, status, status]);
    if (message !== undefined)
      expect(served.calls.map((call) => served.messageOf(call))).toEqual([
        message,
        message,
        message,
      ]);
  });
});

test.each([
  ["repeatedEnum=2&repeated_enum=Y", { repeatedEnum: ["Z", "Y"] }],
  ["enumValue=Z", { enumValue: "Z" }],
  ["optional_string_value=", { optionalStringValue: "" }],
  ["stringValue=a+b%2Bc", { stringValue: "a b+c" }],
  ["stringValue=a=b&&&boolValue=true&", { stringValue: "a=b", boolValue: true }],
  ["stringValue=%D1%81", { stringValue: "с" }],
  ["durationValue=-1.5s", { durationValue: "-1.500s" }],
  ["fieldmaskValue=user.display_name,photo", { fieldmaskValue: "user.displayName,photo" }],
  ["wrapperBytesValue=-_8", { wrapperBytesValue: "+/8=" }],
  [
    "nested.nested.timestampValue=2020-01-01T00:00:00%2B01:00",
    { nested: { nested: { timestampValue: "2019-12-31T23:00:00Z" } } },
  ],
  [
    "int64_value=-9223372036854775808&uint64_value=18446744073709551615",
    { int64Value: "-9223372036854775808", uint64Value: "18446744073709551615" },
  ],
  ["floatValue=1e3&doubleValue=.5", { floatValue: 1000, doubleValue: 0.5 }],
  ["oneofStringValue=", { oneofStringValue: "" }],
])("%s is understood", async (query, message) => {
  const served = await serveContract(everyType);
  expect((await served.request("GET", `/query?${query}`)).status).toBe(200);
  expect(served.lastMessage()).toEqual(message);
});

test.each([
  ["int32Value=1.5", "int32_value", "must be an integer from -2147483648 to 2147483647"],
  ["int32Value=0x10", "int32_value", "must be an integer from -2147483648 to 2147483647"],
  [
    "int64Value=9223372036854775808",
    "int64_value",
    "must be an integer from -9223372036854775808 to 9223372036854775807",
  ],
  ["uint64Value=-1", "uint64_value", "must be an integer from 0 to 18446744073709551615"],
  ["boolValue=1", "bool_value", "must be true or false"],
  ["bytesValue=a*b", "bytes_value", "must be base64"],
  ["bytesValue=a", "bytes_value", "must be base64"],
  ["doubleValue=1e999", "double_value", "must be a number"],
  ["floatValue=1e39", "float_value", "must be a number"],
  ["enumValue=4294967296", "enum_value", "must be a value of Letter"],
  ["durationValue=1sx", "duration_value", "must be of type Duration"],
  ["nested.durationValue=1", "nested.duration_value", "must be of type Duration"],
  ["stringValue=a%00b", "string_value", "contains U+0000 or an unpaired surrogate"],
  ["structValue=x", "struct_value", "must be of type Struct"],
  ["mapValue=x", "map_value", "cannot be given as text"],
  ["nested=x", "nested", "must be of type EveryType"],
  ["repeatedMessage=x", "repeated_message", "cannot be given as text"],
  [
    "oneofBoolValue=true&oneofStringValue=x",
    "oneof_string_value",
    "cannot be given together with oneof_bool_value",
  ],
])("%s is no value of %s", async (query, field, description) => {
  const served = await serveContract(everyType);
  const { status, body } = await served.request("GET", `/query?${query}`);
  expect(status).toBe(400);
  expect(JSON.parse(body)).toMatchObject({
    details: [{ reason: "FIELD_INVALID" }, { fieldViolations: [{ field, description }] }],
  });
});

test("every wrong field is named", async () => {
  const served = await serveContract(everyType);
  const { body } = await served.request("GET", "/query?int32Value=a&stringValue=b&boolValue=c");
  expect(JSON.parse(body)).toMatchObject({
    message:
      "int32_value must be an integer from -2147483648 to 2147483647; " +
      "bool_value must be true or false",
    details: [{}, { fieldViolations: [{ field: "int32_value" }, { field: "bool_value" }] }],
  });
});

test.each([
  ["a=1", 'there is no parameter "a"'],
  ["stringValue=1&b=&nested.c=2", 'there is no parameter "b", "nested.c"'],
  ["string_Value=1", 'there is no parameter "string_Value"'],
  ["stringValue[]=1", 'there is no parameter "stringValue[]"'],
  ["timestampValue.seconds=1", 'there is no parameter "timestampValue.seconds"'],
  [
    "__proto__.x=1&constructor[prototype]=1",
    'there is no parameter "__proto__.x", "constructor[prototype]"',
  ],
  [
    `${"nested.".repeat(33)}stringValue=1`,
    `there is no parameter "${"nested.".repeat(33).slice(0, 64)}"`,
  ],
])("%s has no field", async (query, message) => {
  const served = await serveContract(everyType);
  const { status, body } = await served.request("GET", `/query?${query}`);
  expect(status).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ message, details: [{ reason: "PARAMETER_UNKNOWN" }] });
  expect(served.calls).toEqual([]);
});

test.each([
  "stringValue=a&string_value=a",
  "nested.stringValue=a&nested.string_value=b",
  "oneofBoolValue=true&oneofBoolValue=true",
])("%s is given twice", async (query) => {
  const served = await serveContract(everyType);
  const { status, body } = await served.request("GET", `/query?${query}`);
  expect(status).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ details: [{ reason: "PARAMETER_REPEATED" }, {}] });
});

test.each(["a=%", "a=%4", "a=%zz", "a=%C3%28", "a=%ED%A0%80", "%=a", "a=%c0%af"])(
  "%s is not well-formed",
  async (query) => {
    const served = await serveContract(everyType);
    const { status, body } = await served.request("GET", `/query?${query}`);
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ details: [{ reason: "MALFORMED_REQUEST" }] });
  },
);

test("a thousand parameters are read, one more is refused", async () => {
  const served = await serveContract(everyType, undefined, { maxBodyBytes: 1_000_000 });
  const form = (length: number) => ({
    headers: FORM,
    body: Array.from({ length }, (_, index) => `repeatedValue=${index}`).join("&"),
  });
  expect((await served.request("POST", "/form", form(1000))).status).toBe(200);
  expect((await served.request("POST", "/form", form(1001))).status).toBe(400);
  expect((await served.request("POST", "/form", multipart(form(1000).body))).status).toBe(200);
  expect((await served.request("POST", "/form", multipart(form(1001).body))).status).toBe(400);
});

test("a form fills the field that the body is for", async () => {
  const served = await serveContract(everyType);
  expect(
    (
      await served.request("POST", "/nested?stringValue=b", {
        headers: FORM,
        body: "stringValue=a",
      })
    ).status,
  ).toBe(200);
  expect(served.lastMessage()).toEqual({ stringValue: "b", nested: { stringValue: "a" } });
  expect(
    (
      await served.request("POST", "/nested?nested.stringValue=b", {
        headers: FORM,
        body: "stringValue=a",
      })
    ).status,
  ).toBe(400);
});

test.each([
  ["/bytes/-_8%3D", { bytesValue: "+/8=" }],
  ["/time/2020-01-01T00:00:00Z", { timestampValue: "2020-01-01T00:00:00Z" }],
  ["/int64/-5", { nested: { int64Value: "-5" } }],
])("the path %s has a value of its field's type", async (path, message) => {
  const served = await serveContract(everyType);
  expect((await served.request("GET", path)).status).toBe(200);
  expect(served.lastMessage()).toEqual(message);
});
