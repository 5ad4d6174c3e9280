import {
  fromJson,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import { maxLengthOf, parseEnum, parseScalar, ValueError } from "./field-values.ts";
import { fieldsByName, isWellKnown } from "./fields.ts";
import type { Violations } from "./violations.ts";

/** How much of a map's key an error message quotes. */
const MAX_KEY_SHOWN = 64;

/**
 * Checks JSON before `fromJson`, which names no field in its errors and accepts some wrong values.
 * Deletes the members that no field has, and adds a violation for every invalid value.
 */
export function checkObject(
  desc: DescMessage,
  json: JsonObject,
  at: string,
  violations: Violations,
): void {
  const fields = fieldsByName(desc);
  for (const name of Object.keys(json)) {
    if (violations.areEnough) return;
    const field = fields.get(name);
    if (field === undefined) delete json[name];
    else if (json[name] !== null)
      checkField(field, json[name]!, at === "" ? field.name : `${at}.${field.name}`, violations);
  }
}

/** Adds a violation for each invalid value in a field or, for a message, in the fields within. */
function checkField(field: DescField, json: JsonValue, at: string, violations: Violations): void {
  if (field.fieldKind === "list") {
    if (!Array.isArray(json)) return violations.add(at, "must be an array");
    for (let index = 0; index < json.length && !violations.areEnough; index++)
      checkSingular(field, json[index]!, `${at}[${index}]`, violations);
  } else if (field.fieldKind === "map") {
    if (!isObject(json)) return violations.add(at, "must be an object");
    for (const key of Object.keys(json))
      if (!violations.areEnough)
        checkSingular(
          field,
          json[key]!,
          `${at}[${JSON.stringify(key.slice(0, MAX_KEY_SHOWN))}]`,
          violations,
        );
  } else {
    checkSingular(field, json, at, violations);
  }
}

function checkSingular(
  field: DescField,
  json: JsonValue,
  at: string,
  violations: Violations,
): void {
  if (field.message !== undefined && !isWellKnown(field.message)) {
    if (isObject(json)) checkObject(field.message, json, at, violations);
    else violations.add(at, "must be an object");
    return;
  }
  try {
    if (field.message !== undefined) checkWellKnown(field.message, json);
    else if (field.enum !== undefined) checkEnum(field.enum, json);
    else checkScalar(field.scalar, json);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    violations.add(at, error.message);
  }
}

function checkWellKnown(desc: DescMessage, json: JsonValue): void {
  if (typeof json === "string" && json.length > maxLengthOf(desc))
    throw new ValueError(`must be of type ${desc.name}`);
  try {
    fromJson(desc, json, { ignoreUnknownFields: true });
  } catch {
    throw new ValueError(`must be of type ${desc.name}`);
  }
  // fromJson reads `1s and more` as `1s`.
  if (
    desc.typeName === "google.protobuf.Duration" &&
    (typeof json !== "string" || !json.endsWith("s"))
  )
    throw new ValueError("must be of type Duration");
}

function checkEnum(desc: DescEnum, json: JsonValue): void {
  const isName = typeof json === "string" && !/^-?\d/.test(json);
  if (!isName && typeof json !== "number")
    throw new ValueError(`must be the name of a value of ${desc.name}`);
  parseEnum(desc, String(json));
}

function checkScalar(type: ScalarType, json: JsonValue): void {
  switch (typeof json) {
    case "boolean":
      if (type === ScalarType.BOOL) return;
      break;
    case "string":
      if (type === ScalarType.BOOL) break;
      parseScalar(type, json);
      return;
    case "number":
      if (type === ScalarType.BOOL || type === ScalarType.STRING || type === ScalarType.BYTES)
        break;
      // JSON.parse has lost digits of a larger number already.
      if (Number.isInteger(json) && !Number.isSafeInteger(json) && !isFloatingPoint(type))
        throw new ValueError("must be a string: integers above 2^53-1 must be sent as strings");
      parseScalar(type, String(json));
      return;
  }
  throw new ValueError(`must be a ${NAMES[type] ?? "number"}`);
}

const NAMES: Readonly<Partial<Record<ScalarType, string>>> = {
  [ScalarType.BOOL]: "boolean",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "base64 string",
};

const isFloatingPoint = (type: ScalarType): boolean =>
  type === ScalarType.DOUBLE || type === ScalarType.FLOAT;

const isObject = (json: JsonValue): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
