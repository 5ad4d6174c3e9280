// Whether JSON fits a schema.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

/** What a document is looked at with. */
export interface Look {
  /** Where references lead. */
  readonly document: JsonObject;
  /** Whether an object may have only the properties that are named. */
  readonly closed: boolean;
}

type Check = (
  value: JsonValue,
  argument: JsonValue,
  schema: JsonObject,
  look: Look,
) => readonly string[];

const TYPES: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === "boolean",
  integer: Number.isSafeInteger,
  number: (value) => typeof value === "number",
  object: (value) => isObject(value),
  string: (value) => typeof value === "string",
};

const FORMATS: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/,
  int64: /^-?\d{1,19}$/,
  int32: /^-?\d{1,10}$/,
  "uri-reference": /^\S*$/,
};

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const when = (wrong: boolean, complaint: string): readonly string[] => (wrong ? [complaint] : []);
const passes = (): readonly string[] => [];
/** How many of the schemas a value fits. */
const fitting = (value: JsonValue, schemas: JsonValue, look: Look): number =>
  (schemas as JsonObject[]).filter((each) => complaints(value, each, look).length === 0).length;
/** A comparison of numbers, or of what is counted. */
const compare =
  (
    size: (value: JsonValue) => number | undefined,
    holds: (size: number, bound: number) => boolean,
  ): Check =>
  (value, bound) => {
    const found = size(value);
    return when(
      found !== undefined && !holds(found, Number(bound)),
      `${JSON.stringify(value)} is out of bounds ${JSON.stringify(bound)}`,
    );
  };
const number = (value: JsonValue): number | undefined =>
  typeof value === "number" ? value : undefined;
const length = (value: JsonValue): number | undefined =>
  typeof value === "string" ? [...value].length : undefined;
const count = (value: JsonValue): number | undefined =>
  Array.isArray(value) ? value.length : undefined;
const least = (size: number, bound: number): boolean => size >= bound;
const most = (size: number, bound: number): boolean => size <= bound;

const CHECKS: Readonly<Record<string, Check>> = {
  $ref: (value, reference, _schema, look) =>
    complaints(value, lookUp(look.document, String(reference)), look),
  type: (value, types, { nullable }) =>
    when(
      !(nullable === true && value === null) &&
        ![types].flat().some((type) => TYPES[String(type)]!(value)),
      `${JSON.stringify(value)} is no ${JSON.stringify(types)}`,
    ),
  const: (value, constant) =>
    when(value !== constant, `${JSON.stringify(value)} is not ${JSON.stringify(constant)}`),
  enum: (value, values) =>
    when(
      !(values as JsonValue[]).includes(value),
      `${JSON.stringify(value)} is none of ${JSON.stringify(values)}`,
    ),
  pattern: (value, pattern) =>
    when(
      typeof value === "string" && !new RegExp(String(pattern), "u").test(value),
      `${JSON.stringify(value)} is not ${String(pattern)}`,
    ),
  format: (value, format) =>
    when(
      typeof value === "string" && FORMATS[String(format)]?.test(value) !== true,
      `${JSON.stringify(value)} is no ${String(format)}`,
    ),
  minimum: compare(number, least),
  maximum: compare(number, most),
  exclusiveMinimum: (value, bound, schema, look) =>
    typeof bound === "boolean"
      ? when(bound && value === schema["minimum"], `${JSON.stringify(value)} is the bound itself`)
      : compare(number, (size, least) => size > least)(value, bound, schema, look),
  minLength: compare(length, least),
  maxLength: compare(length, most),
  maxItems: compare(count, most),
  items: (value, schema, _, look) =>
    Array.isArray(value)
      ? value.flatMap((item) => complaints(item, schema as JsonObject, look))
      : [],
  required: (value, names) =>
    isObject(value)
      ? (names as string[]).flatMap((name) => when(value[name] === undefined, `${name} is missing`))
      : [],
  properties: (value, properties, schema, look) => {
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([name, item]) => {
      const property = (properties as JsonObject)[name] as JsonObject | undefined;
      if (property !== undefined)
        return complaints(item, property, look).map((each) => `${name}: ${each}`);
      return when(
        look.closed && schema["additionalProperties"] === undefined,
        `${name} is not declared`,
      );
    });
  },
  additionalProperties: (value, schema, _, look) =>
    isObject(value)
      ? Object.values(value).flatMap((item) => complaints(item, schema as JsonObject, look))
      : [],
  anyOf: (value, schemas, _, look) =>
    when(fitting(value, schemas, look) === 0, `${JSON.stringify(value)} fits none`),
  oneOf: (value, schemas, _, look) =>
    when(fitting(value, schemas, look) !== 1, `${JSON.stringify(value)} does not fit exactly one`),
  allOf: (value, schemas, _, look) =>
    (schemas as JsonObject[]).flatMap((each) => complaints(value, each, look)),
  nullable: passes,
  example: passes,
  description: passes,
  readOnly: passes,
  examples: passes,
  contentEncoding: passes,
};

/** What is wrong with a value; nothing when it fits. */
export const complaints = (value: JsonValue, schema: JsonObject, look: Look): readonly string[] =>
  Object.entries(schema).flatMap(([keyword, argument]) => {
    const check = CHECKS[keyword];
    if (check === undefined) throw new Error(`no check for the keyword ${keyword}`);
    return check(value, argument, schema, look);
  });

/** What a reference within the document leads to. */
export function lookUp(document: JsonObject, reference: string): JsonObject {
  const found = reference
    .split("/")
    .slice(1)
    .reduce<JsonValue | undefined>(
      (value, key) => (isObject(value) ? value[key] : undefined),
      document,
    );
  if (!reference.startsWith("#/") || !isObject(found))
    throw new Error(`${reference} leads nowhere`);
  return found;
}
