// The document as OpenAPI 3.0.3, for tools that can't read 3.1. It knows the keywords of 3.1 and of
// JSON Schema 2020-12 that 3.0 lacks, and nothing of the API.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** Licenses by their SPDX identifier, which 3.0 doesn't have. */
const LICENSE_URL = "https://spdx.org/licenses/";

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapValues = (object: JsonObject, convert: (value: JsonValue) => JsonValue): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, convert(value)]));

/** Returns the same description in OpenAPI 3.0.3. */
export function downgrade(document: JsonObject): JsonObject {
  const { info, components, ...rest } = document;
  delete rest["webhooks"];
  delete rest["jsonSchemaDialect"];
  const { schemas = {}, ...others } = components as Record<string, JsonObject>;
  delete others["pathItems"];
  return {
    ...(downgradeNode(rest) as JsonObject),
    openapi: "3.0.3",
    info: downgradeInfo(info as JsonObject),
    components: {
      ...(downgradeNode(others) as JsonObject),
      schemas: mapValues(schemas, downgradeSchema),
    },
  };
}

function downgradeInfo({ summary, description, license, ...rest }: JsonObject): JsonObject {
  const { identifier, ...named } = license as JsonObject;
  return {
    ...rest,
    description: ([summary, description] as (string | undefined)[])
      .filter((text) => text !== undefined)
      .join("\n\n"),
    license: {
      ...named,
      ...(identifier === undefined ? {} : { url: `${LICENSE_URL}${identifier as string}.html` }),
    },
  };
}

/** Members that contain data of the API, which are no part of the description. */
const DATA: ReadonlySet<string> = new Set(["example", "value", "default", "enum"]);

/** Converts what isn't a schema: only the schemas within it change. */
function downgradeNode(node: JsonValue): JsonValue {
  if (Array.isArray(node)) return node.map(downgradeNode);
  if (!isObject(node)) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      key === "schema" ? downgradeSchema(value) : DATA.has(key) ? value : downgradeNode(value),
    ]),
  );
}

/** Converts a schema and all schemas in it. */
export function downgradeSchema(schema: JsonValue): JsonValue {
  if (!isObject(schema)) return schema === false ? { not: {} } : {};
  const { $ref, ...rest } = schema;
  // 3.0 ignores what stands beside a reference.
  if ($ref !== undefined)
    return Object.keys(rest).length === 0
      ? { $ref }
      : joined([{ $ref }], downgradeSchema(rest) as JsonObject);
  return withTypes(withoutNewKeywords(mapSchemas(rest)));
}

const LISTS = ["allOf", "anyOf", "oneOf"] as const;

function mapSchemas(schema: JsonObject): JsonObject {
  const result = { ...schema };
  for (const key of LISTS)
    if (Array.isArray(schema[key])) result[key] = schema[key].map(downgradeSchema);
  for (const key of ["items", "not"])
    if (schema[key] !== undefined) result[key] = downgradeSchema(schema[key]);
  if (isObject(schema["additionalProperties"]))
    result["additionalProperties"] = downgradeSchema(schema["additionalProperties"]);
  if (isObject(schema["properties"]))
    result["properties"] = mapValues(schema["properties"], downgradeSchema);
  return result;
}

/** Replaces keywords that 3.0 writes in another way. */
function withoutNewKeywords(schema: JsonObject): JsonObject {
  const { const: constant, examples, contentEncoding, contentMediaType, ...rest } = schema;
  delete rest["$comment"];
  delete rest["$schema"];
  return {
    ...(constant === undefined ? {} : { type: typeOf(constant), enum: [constant] }),
    ...rest,
    ...(Array.isArray(examples) && examples.length > 0 ? { example: examples[0]! } : {}),
    ...(contentEncoding === "base64" ? { format: "byte" } : {}),
    ...(contentMediaType === undefined || contentEncoding !== undefined
      ? {}
      : { format: "binary" }),
    ...exclusive(rest, "minimum", "exclusiveMinimum", Math.max),
    ...exclusive(rest, "maximum", "exclusiveMaximum", Math.min),
  };
}

/** Writes an exclusive bound as 3.0 does: the bound, and whether it is exclusive. */
function exclusive(
  schema: JsonObject,
  bound: "minimum" | "maximum",
  keyword: "exclusiveMinimum" | "exclusiveMaximum",
  stricter: (a: number, b: number) => number,
): JsonObject {
  const edge = schema[keyword];
  if (typeof edge !== "number") return {};
  const other = schema[bound];
  const value = typeof other === "number" ? stricter(edge, other) : edge;
  return { [bound]: value, [keyword]: value === edge };
}

const typeOf = (value: JsonValue): JsonValue =>
  value === null
    ? ["null"]
    : Array.isArray(value)
      ? "array"
      : Number.isInteger(value)
        ? "integer"
        : typeof value;

/** The keywords that say something about values of one type only. */
const KEYWORDS_OF: Readonly<Record<string, readonly string[]>> = {
  string: ["pattern", "minLength", "maxLength"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
  array: ["items", "minItems", "maxItems", "uniqueItems"],
  object: ["properties", "required", "additionalProperties", "minProperties", "maxProperties"],
};
const TYPED: ReadonlySet<string> = new Set(Object.values(KEYWORDS_OF).flat());

/** Replaces a list of types, and the type null, by `nullable` and alternatives. */
function withTypes(schema: JsonObject): JsonObject {
  const { type, ...rest } = schema;
  if (type === undefined || (typeof type === "string" && type !== "null")) return schema;
  const types = [type].flat() as string[];
  const named = types.filter((each) => each !== "null");
  const nullable: JsonObject = named.length < types.length ? { nullable: true } : {};
  // 3.0 has no type null. Beside `nullable` there must be a type.
  if (named.length === 0) return { type: "object", ...rest, ...nullable, enum: [null] };
  if (named.length === 1) return { type: named[0]!, ...rest, ...nullable };
  const { format, ...untyped } = rest;
  const alternatives = named.map((each): JsonObject => {
    const own = KEYWORDS_OF[each === "integer" ? "number" : each] ?? [];
    return {
      type: each,
      ...(format === undefined ? {} : { format }),
      ...Object.fromEntries(Object.entries(rest).filter(([key]) => own.includes(key))),
      ...nullable,
    };
  });
  const common = Object.fromEntries(Object.entries(untyped).filter(([key]) => !TYPED.has(key)));
  return common["anyOf"] === undefined
    ? { anyOf: alternatives, ...common }
    : joined([{ anyOf: alternatives }], common);
}

/** Returns a schema that demands others besides its own keywords. */
const joined = (
  schemas: readonly JsonObject[],
  { allOf = [], ...rest }: JsonObject,
): JsonObject => ({
  allOf: [...schemas, ...(allOf as JsonValue[])],
  ...rest,
});
