import { base64Decode } from "@bufbuild/protobuf/wire";
import {
  fromJson,
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
} from "@bufbuild/protobuf";
import { protoCamelCase, reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** The error of an invalid value; its message says what the field expects. */
export class ValueError extends Error {}

type Value = string | number | bigint | boolean | Uint8Array | ReflectMessage;

/** The longest number. DECIMAL needs quadratic time on longer texts. */
const MAX_NUMBER = 512;
/** The longest texts of a Timestamp or a Duration, and of a FieldMask. */
const MAX_TIME = 64;
const MAX_MASK = 4096;

/** Returns how long the text of a well-known type may be. */
export const maxLengthOf = ({ typeName }: DescMessage): number => MAX_LENGTHS[typeName] ?? Infinity;

const MAX_LENGTHS: Readonly<Record<string, number>> = {
  "google.protobuf.Timestamp": MAX_TIME,
  "google.protobuf.Duration": MAX_TIME,
  "google.protobuf.FieldMask": MAX_MASK,
};

const INTEGER = /^-?\d{1,20}$/;
const DECIMAL = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const BASE64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/;
const DURATION = /^-?\d{1,12}(?:\.\d{1,9})?s$/;

/**
 * Parses the text of a path, a query, a form or a header as the value of a field, or as one item of
 * a repeated field; throws ValueError.
 */
export function parseValue(field: DescField, text: string): Value {
  if (field.scalar !== undefined && field.fieldKind !== "map")
    return parseScalar(field.scalar, text);
  if (field.enum !== undefined && field.fieldKind !== "map") return parseEnum(field.enum, text);
  if (field.fieldKind === "message") return parseMessage(field.message, text);
  throw new ValueError("cannot be given as text");
}

/** Parses the value of a scalar; throws ValueError. */
export function parseScalar(type: ScalarType, text: string): Exclude<Value, ReflectMessage> {
  switch (type) {
    case ScalarType.STRING:
      return checkText(text);
    case ScalarType.BOOL:
      if (text === "true") return true;
      if (text === "false") return false;
      throw new ValueError("must be true or false");
    case ScalarType.BYTES:
      if (!BASE64.test(text)) throw new ValueError("must be base64");
      return base64Decode(text);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return parseFloatingPoint(type, text);
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return Number(parseInteger(text, -(2n ** 31n), 2n ** 31n - 1n));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return Number(parseInteger(text, 0n, 2n ** 32n - 1n));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return parseInteger(text, -(2n ** 63n), 2n ** 63n - 1n);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return parseInteger(text, 0n, 2n ** 64n - 1n);
  }
}

/** Refuses the characters that databases and logs can't hold: U+0000 and unpaired surrogates. */
function checkText(text: string): string {
  if (text.includes("\0") || !text.isWellFormed())
    throw new ValueError("contains U+0000 or an unpaired surrogate");
  return text;
}

function parseInteger(text: string, min: bigint, max: bigint): bigint {
  const value = INTEGER.test(text) ? BigInt(text) : undefined;
  if (value === undefined || value < min || value > max)
    throw new ValueError(`must be an integer from ${min} to ${max}`);
  return value;
}

function parseFloatingPoint(type: ScalarType.DOUBLE | ScalarType.FLOAT, text: string): number {
  if (text === "NaN" || text === "Infinity" || text === "-Infinity") return Number(text);
  const value = text.length <= MAX_NUMBER && DECIMAL.test(text) ? Number(text) : Infinity;
  if (!Number.isFinite(type === ScalarType.FLOAT ? Math.fround(value) : value))
    throw new ValueError("must be a number");
  return value;
}

/** Parses an enum's value, by name or number; throws ValueError. */
export function parseEnum(desc: DescEnum, text: string): number {
  const value =
    desc.values.find((each) => each.name === text || each.jsonName === text)?.number ??
    (INTEGER.test(text) ? Number(text) : undefined);
  if (value === undefined || (value | 0) !== value || (!desc.open && !(value in desc.value)))
    throw new ValueError(`must be a value of ${desc.name}`);
  return value;
}

/** Parses a well-known type that is one text: a wrapper, Timestamp, Duration or FieldMask. */
function parseMessage(desc: DescMessage, text: string): ReflectMessage {
  if (text.length > maxLengthOf(desc)) throw new ValueError(`must be of type ${desc.name}`);
  const message = reflect(desc);
  if (isWrapperDesc(desc)) {
    message.set(desc.fields[0]!, parseValue(desc.fields[0]!, text));
    return message;
  }
  try {
    switch (desc.typeName) {
      case "google.protobuf.Timestamp":
        return reflect(desc, fromJson(desc, text));
      case "google.protobuf.Duration":
        if (DURATION.test(text)) return reflect(desc, fromJson(desc, text));
        break;
      case "google.protobuf.FieldMask":
        return reflect(desc, fromJson(desc, text.split(",").map(protoCamelCase).join(",")));
    }
  } catch {
    // The error below doesn't quote the text.
  }
  throw new ValueError(`must be of type ${desc.name}`);
}
