import {
  fromJson,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
  type JsonValue,
} from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { LongInteger } from "../body/json.ts";
import { maxLengthOf, parseEnum, parseScalar, ValueError } from "./field-values.ts";
import { fieldsByName, isWellKnown } from "./fields.ts";
import type { Violations } from "./violations.ts";

/** How much of a map's key an error message quotes. */
const MAX_KEY_SHOWN = 64;

/**
 * Checks JSON before `fromJson`, which names no field in its errors and accepts some wrong values.
 * Deletes the members that no field has, writes each LongInteger as its field needs it, and adds a
 * violation for every invalid value.
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
      json[name] = checkField(
        field,
        json[name]!,
        at === "" ? field.name : `${at}.${field.name}`,
        violations,
      );
  }
}

/**
 * Adds a violation for each invalid value in a field or, for a message, in the fields within.
 * Returns the value for `fromJson`.
 */
function checkField(
  field: DescField,
  json: JsonValue,
  at: string,
  violations: Violations,
): JsonValue {
  if (field.fieldKind === "list") {
    if (!Array.isArray(json)) violations.add(at, "must be an array");
    else
      for (let index = 0; index < json.length && !violations.areEnough; index++)
        json[index] = checkSingular(field, json[index]!, `${at}[${index}]`, violations);
    return json;
  }
  if (field.fieldKind !== "map") return checkSingular(field, json, at, violations);
  if (!isObject(json)) violations.add(at, "must be an object");
  else
    for (const key of Object.keys(json))
      if (!violations.areEnough) {
        const name = `${at}[${JSON.stringify(key.slice(0, MAX_KEY_SHOWN))}]`;
        setOwn(json, key, checkSingular(field, json[key]!, name, violations));
      }
  return json;
}

function checkSingular(
  field: DescField,
  json: JsonValue,
  at: string,
  violations: Violations,
): JsonValue {
  if (field.message !== undefined && !isWellKnown(field.message)) {
    if (isObject(json)) checkObject(field.message, json, at, violations);
    else violations.add(at, "must be an object");
    return json;
  }
  try {
    if (field.message !== undefined) return checkWellKnown(field.message, json);
    if (field.enum !== undefined) checkEnum(field.enum, json);
    else return checkScalar(field.scalar, json);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    violations.add(at, error.message);
  }
  return json;
}

function checkWellKnown(desc: DescMessage, given: JsonValue): JsonValue {
  const wrapped = isWrapperDesc(desc) ? desc.fields[0]!.scalar : undefined;
  let json =
    wrapped === undefined || !isLong(given) ? withoutLongs(given) : checkScalar(wrapped, given);
  if (typeof json === "string" && json.length > maxLengthOf(desc))
    throw new ValueError(`must be of type ${desc.name}`);
  // The contract and the query write its paths with underscores, which `fromJson` refuses.
  if (desc.typeName === "google.protobuf.FieldMask" && typeof json === "string")
    json = json.split(",").map(protoCamelCase).join(",");
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
  return json;
}

/** Rounds the integers of a Struct, which holds doubles. */
function withoutLongs(json: JsonValue): JsonValue {
  if (isLong(json)) return Number(json.digits);
  if (Array.isArray(json)) return json.map(withoutLongs);
  if (isObject(json))
    for (const key of Object.keys(json)) setOwn(json, key, withoutLongs(json[key]!));
  return json;
}

/** Sets a member, also one that is named `__proto__`. */
const setOwn = (object: JsonObject, name: string, value: JsonValue): void =>
  void Object.defineProperty(object, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });

function checkEnum(desc: DescEnum, json: JsonValue): void {
  const isName = typeof json === "string" && !/^-?\d/.test(json);
  if (!isName && typeof json !== "number")
    throw new ValueError(`must be the name of a value of ${desc.name}`);
  parseEnum(desc, String(json));
}

function checkScalar(type: ScalarType, json: JsonValue): JsonValue {
  if (isLong(json)) return checkLong(type, json);
  switch (typeof json) {
    case "boolean":
      if (type === ScalarType.BOOL) return json;
      break;
    case "string":
      if (type === ScalarType.BOOL) break;
      parseScalar(type, json);
      return json;
    case "number":
      if (isNoNumber(type)) break;
      parseScalar(type, String(json));
      return json;
  }
  throw new ValueError(`must be a ${NAMES[type] ?? "number"}`);
}

/** Returns the digits, which `fromJson` reads exactly, or the nearest double. */
function checkLong(type: ScalarType, { digits }: LongInteger): JsonValue {
  if (isNoNumber(type)) throw new ValueError(`must be a ${NAMES[type]}`);
  if (!isFloatingPoint(type)) {
    parseScalar(type, digits);
    return digits;
  }
  parseScalar(type, String(Number(digits)));
  return Number(digits);
}

const isNoNumber = (type: ScalarType): boolean =>
  type === ScalarType.BOOL || type === ScalarType.STRING || type === ScalarType.BYTES;

const NAMES: Readonly<Partial<Record<ScalarType, string>>> = {
  [ScalarType.BOOL]: "boolean",
  [ScalarType.STRING]: "string",
  [ScalarType.BYTES]: "base64 string",
};

const isFloatingPoint = (type: ScalarType): boolean =>
  type === ScalarType.DOUBLE || type === ScalarType.FLOAT;

/** Whether a value is an integer that `parseJson` has kept exactly; its type can't say so. */
const isLong = (json: unknown): json is LongInteger => json instanceof LongInteger;

const isObject = (json: JsonValue): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json) && !isLong(json);
