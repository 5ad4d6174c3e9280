// Whether JSON fits a message. It owns what fromJson lets pass or refuses without naming a field,
// and must not know of requests.
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

/** So much of a map's key names the place of a wrong value. */
const MAX_KEY_SHOWN = 64;

/**
 * Takes the members that no field has out of the JSON, and adds a violation for every field whose
 * value is none.
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

/**
 * Adds a violation when the JSON is no value of the field, or for every field within it that is
 * none.
 */
export function checkField(
  field: DescField,
  json: JsonValue,
  at: string,
  violations: Violations,
): void {
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
  // fromJson reads `1s` from `1s and more`.
  if (desc.typeName === "google.protobuf.Duration" && !String(json).endsWith("s"))
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
      // Beyond 2^53 JSON.parse has lost digits already.
      if (Number.isInteger(json) && !Number.isSafeInteger(json) && !isFloatingPoint(type))
        throw new ValueError("must be a string beyond 2^53");
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
