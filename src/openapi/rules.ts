// The rules of buf.validate as keywords of JSON Schema. It owns their translation and must not know
// where a field stands.
import {
  create,
  getOption,
  isFieldSet,
  type DescField,
  type DescMessage,
  type JsonObject,
} from "@bufbuild/protobuf";
import { FieldBehavior, field_behavior } from "../../gen/google/api/field_behavior_pb.ts";
import { createValidator } from "@bufbuild/protovalidate";
import {
  BoolRulesSchema,
  field as fieldRules,
  type FieldRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** The keywords that say what the rules of a field do. */
export const keywordsOf = (field: DescField): JsonObject =>
  keywordsOfRules(getOption(field, fieldRules));

function keywordsOfRules({ type }: FieldRules): JsonObject {
  switch (type.case) {
    case "string": {
      const { minLen, minBytes, maxLen, maxBytes, pattern } = type.value;
      // A character has a byte at least: what is shorter in bytes is so in characters.
      return positive({
        minLength: Number(minLen) || Math.min(Number(minBytes), 1),
        maxLength: Number(maxLen) || Number(maxBytes),
        pattern,
      });
    }
    case "int32":
      return bounds(type.value);
    case "int64":
      return { ...bounds(type.value), ...digits(type.value) };
    case "bool":
      return isFieldSet(type.value, BoolRulesSchema.field.const) ? { const: type.value.const } : {};
    case "repeated":
      return {
        ...positive({
          minItems: Number(type.value.minItems),
          maxItems: Number(type.value.maxItems),
        }),
        ...(type.value.items ? { items: keywordsOfRules(type.value.items) } : {}),
      };
    default:
      return {};
  }
}

const positive = (keywords: Record<string, number | string>): JsonObject =>
  Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== 0 && value !== ""));

type Bound =
  | { readonly case: "gt" | "gte" | "lt" | "lte"; readonly value: number | bigint }
  | { readonly case: undefined };

interface Bounds {
  readonly greaterThan: Bound;
  readonly lessThan: Bound;
}

const KEYWORDS = {
  gt: "exclusiveMinimum",
  gte: "minimum",
  lt: "exclusiveMaximum",
  lte: "maximum",
} as const;

const bounds = ({ greaterThan, lessThan }: Bounds): JsonObject =>
  Object.fromEntries(
    [greaterThan, lessThan].flatMap((bound) =>
      bound.case === undefined ? [] : [[KEYWORDS[bound.case], Number(bound.value)]],
    ),
  );

/** A number that is written as a string has no minimum, but it can have no sign. */
function digits({ greaterThan }: Bounds): JsonObject {
  if (greaterThan.case === undefined || Number(greaterThan.value) !== 0) return {};
  return { pattern: greaterThan.case === "gt" ? "^[1-9][0-9]*$" : "^[0-9]+$" };
}

const validator = createValidator();

/**
 * The names of the fields and oneofs that a message can't do without: those about which the empty
 * message is refused, and those that are declared so because the domain refuses it, after other
 * checks.
 */
export function neededOf(desc: DescMessage): ReadonlySet<string> {
  const declared = desc.fields.filter((field) =>
    getOption(field, field_behavior).includes(FieldBehavior.REQUIRED),
  );
  const result = validator.validate(desc, create(desc));
  const first = (result.violations ?? []).map(({ field: [part] }) => part);
  return new Set([
    ...declared.map(({ name }) => name),
    ...first.flatMap((part) =>
      part?.kind === "field" || part?.kind === "oneof" ? [part.name] : [],
    ),
  ]);
}
