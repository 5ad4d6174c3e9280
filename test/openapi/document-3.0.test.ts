// The document in OpenAPI 3.0.3 says what the one in 3.1 says, and validators accept both. That it
// is true is shown by every transcript, as for the other.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { downgrade, downgradeSchema } from "../../src/openapi/downgrade.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
const fetchDocument = async (path: string): Promise<JsonObject> =>
  (await fetch(`${used.url}${path}`)).json() as Promise<JsonObject>;

test.each([
  ["/openapi.json", "3.1"],
  ["/openapi-3.0.json", "3.0"],
])("a validator accepts %s as version %s", async (path, version) => {
  const validator = new Validator();
  expect(await validator.validate(await fetchDocument(path))).toEqual({ valid: true });
  expect(validator.version).toBe(version);
});

/** Returns all but the schemas and the three facts that the versions write in different ways. */
const withoutSchemas = (document: JsonObject): JsonValue =>
  JSON.parse(
    JSON.stringify(document, (key, value: unknown) =>
      ["schema", "schemas", "openapi", "info"].includes(key) ? null : value,
    ),
  ) as JsonValue;

test("both have the same operations, parameters, responses and examples", async () => {
  const [newer, older] = [
    await fetchDocument("/openapi.json"),
    await fetchDocument("/openapi-3.0.json"),
  ];
  expect(older["openapi"]).toBe("3.0.3");
  expect(withoutSchemas(older)).toEqual(withoutSchemas(newer));
  const names = (document: JsonObject) =>
    Object.keys((document["components"] as Record<string, JsonObject>)["schemas"]!);
  expect(names(older)).toEqual(names(newer));
  const info = newer["info"] as Record<string, string>;
  expect(older["info"]).toEqual({
    title: info["title"],
    version: info["version"],
    description: `${info["summary"]}\n\n${info["description"]}`,
    license: { name: "Apache-2.0", url: "https://spdx.org/licenses/Apache-2.0.html" },
  });
});

test("what only 3.1 has at the top is left out", () => {
  const document: JsonObject = {
    openapi: "3.1.0",
    info: { title: "t", version: "1", license: { name: "MIT", url: "https://example.com" } },
    jsonSchemaDialect: "https://example.com",
    webhooks: {},
    paths: {},
    components: { pathItems: {} },
  };
  expect(downgrade(document)).toEqual({
    openapi: "3.0.3",
    info: {
      title: "t",
      version: "1",
      description: "",
      license: { name: "MIT", url: "https://example.com" },
    },
    paths: {},
    components: { schemas: {} },
  });
});

test.each<[JsonValue, JsonValue]>([
  [true, {}],
  [false, { not: {} }],
  [
    { type: "string", format: "date-time" },
    { type: "string", format: "date-time" },
  ],
  [{ const: "a" }, { type: "string", enum: ["a"] }],
  [{ const: true }, { type: "boolean", enum: [true] }],
  [{ const: 1.5 }, { type: "number", enum: [1.5] }],
  [
    { type: "string", const: "a" },
    { type: "string", enum: ["a"] },
  ],
  [{ const: null }, { type: "object", nullable: true, enum: [null] }],
  [{ type: "null" }, { type: "object", nullable: true, enum: [null] }],
  [
    { type: ["string", "null"], maxLength: 3 },
    { type: "string", nullable: true, maxLength: 3 },
  ],
  [
    { type: ["string", "integer"], format: "int64", pattern: "^1", minimum: 1, description: "d" },
    {
      anyOf: [
        { type: "string", format: "int64", pattern: "^1" },
        { type: "integer", format: "int64", minimum: 1 },
      ],
      description: "d",
    },
  ],
  [
    { type: ["string", "array", "null"], items: { const: "a" } },
    {
      anyOf: [
        { type: "string", nullable: true },
        { type: "array", nullable: true, items: { type: "string", enum: ["a"] } },
      ],
    },
  ],
  [
    { type: ["string", "integer"], anyOf: [{ const: 1 }] },
    {
      allOf: [{ anyOf: [{ type: "string" }, { type: "integer" }] }],
      anyOf: [{ type: "integer", enum: [1] }],
    },
  ],
  [
    { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 9 },
    {
      type: "integer",
      minimum: 0,
      exclusiveMinimum: true,
      maximum: 9,
      exclusiveMaximum: true,
    },
  ],
  [
    { type: "integer", minimum: 5, exclusiveMinimum: 0 },
    { type: "integer", minimum: 5, exclusiveMinimum: false },
  ],
  [
    { type: "string", examples: ["a", "b"] },
    { type: "string", example: "a" },
  ],
  [
    { type: "string", contentEncoding: "base64" },
    { type: "string", format: "byte" },
  ],
  [
    { type: "string", contentMediaType: "application/octet-stream" },
    { type: "string", format: "binary" },
  ],
  [{ $ref: "#/a" }, { $ref: "#/a" }],
  [
    { $ref: "#/a", description: "d", readOnly: true },
    { allOf: [{ $ref: "#/a" }], description: "d", readOnly: true },
  ],
  [
    {
      type: "object",
      properties: { const: { const: 1 }, examples: { type: "array", items: { const: 2 } } },
      additionalProperties: { $ref: "#/a", description: "d" },
      required: ["const"],
    },
    {
      type: "object",
      properties: {
        const: { type: "integer", enum: [1] },
        examples: { type: "array", items: { type: "integer", enum: [2] } },
      },
      additionalProperties: { allOf: [{ $ref: "#/a" }], description: "d" },
      required: ["const"],
    },
  ],
])("the schema %j becomes %j", (newer, older) => {
  expect(downgradeSchema(newer)).toEqual(older);
});
